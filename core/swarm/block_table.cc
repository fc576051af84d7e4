#include "core/swarm/block_table.h"

namespace peer5 {

BlockTable::State BlockTable::StateOf(BlockIndex block) const {
  if (have_.Has(block)) return State::kHave;
  if (verifying_.Has(block)) return State::kVerifying;
  return picker_.IsWanted(block) ? State::kMissing : State::kActive;
}

BlockAssembly& BlockTable::Begin(BlockIndex block) {
  picker_.Take(block);
  const auto [it, fresh] =
      assemblies_.try_emplace(block.value(), block, layout_.ChunksIn(block));
  if (fresh) it->second.single_source = suspects_.count(block.value()) > 0;
  return it->second;
}

BlockAssembly* BlockTable::Active(BlockIndex block) {
  return verifying_.Has(block) ? nullptr : Find(block);
}

BlockAssembly* BlockTable::Find(BlockIndex block) {
  const auto it = assemblies_.find(block.value());
  return it == assemblies_.end() ? nullptr : &it->second;
}

void BlockTable::StartVerify(BlockIndex block) { verifying_.Set(block); }

void BlockTable::Commit(BlockIndex block) {
  picker_.Take(block);
  verifying_.Clear(block);
  assemblies_.erase(block.value());
  suspects_.erase(block.value());
  have_.Set(block);
}

void BlockTable::Abandon(BlockIndex block) {
  verifying_.Clear(block);
  assemblies_.erase(block.value());
  picker_.PutBack(block);
}

void BlockTable::Lose(BlockIndex block) {
  if (have_.Clear(block)) picker_.PutBack(block);
}

}  // namespace peer5
