#include "core/swarm/block_table.h"

#include <algorithm>

namespace peer5 {

BlockTable::State BlockTable::StateOf(BlockIndex block) const {
  if (have_.Has(block)) return State::kHave;
  if (verifying_.Has(block)) return State::kVerifying;
  return picker_.IsWanted(block) ? State::kMissing : State::kActive;
}

BlockAssembly& BlockTable::Begin(BlockIndex block) {
  picker_.Take(block);
  auto place = PlaceOf(block);
  if (place == assemblies_.end() || place->first != block.value()) {
    place = assemblies_.emplace(place, block.value(),
                                BlockAssembly(block, layout_.ChunksIn(block)));
    place->second.single_source = absl::c_linear_search(suspects_, block);
  }
  return place->second;
}

BlockTable::Assemblies::iterator BlockTable::PlaceOf(BlockIndex block) {
  return std::lower_bound(
      assemblies_.begin(), assemblies_.end(), block.value(),
      [](const auto& entry, uint32_t index) { return entry.first < index; });
}

void BlockTable::End(BlockIndex block) {
  const auto place = PlaceOf(block);
  if (place == assemblies_.end() || place->first != block.value()) return;
  assemblies_.erase(place);
}

BlockAssembly* BlockTable::Active(BlockIndex block) {
  return verifying_.Has(block) ? nullptr : Find(block);
}

BlockAssembly* BlockTable::Find(BlockIndex block) {
  const auto place = PlaceOf(block);
  const bool found =
      place != assemblies_.end() && place->first == block.value();
  return found ? &place->second : nullptr;
}

void BlockTable::StartVerify(BlockIndex block) { verifying_.Set(block); }

void BlockTable::Commit(BlockIndex block) {
  picker_.Take(block);
  verifying_.Clear(block);
  End(block);
  std::erase(suspects_, block);
  have_.Set(block);
}

void BlockTable::Abandon(BlockIndex block) {
  verifying_.Clear(block);
  End(block);
  picker_.PutBack(block);
}

void BlockTable::Lose(BlockIndex block) {
  if (have_.Clear(block)) picker_.PutBack(block);
}

}  // namespace peer5
