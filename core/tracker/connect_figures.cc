#include "core/tracker/connect_figures.h"

#include <algorithm>

namespace peer5 {
namespace {

void Add(ConnectFigures::Tally& tally, bool connected) {
  ++(connected ? tally.connected : tally.failed);
}

}  // namespace

CandidateType FarthestIn(std::string_view text) {
  constexpr std::string_view kTyp = " typ ";
  CandidateType farthest = CandidateType::kNone;
  for (size_t at = text.find(kTyp); at != std::string_view::npos;
       at = text.find(kTyp, at)) {
    at += kTyp.size();
    const std::string_view type = text.substr(at, 5);
    if (type == "relay") return CandidateType::kRelayed;
    if (type == "srflx") {
      farthest = CandidateType::kReflexive;
    } else if (type.substr(0, 4) == "host") {
      farthest = std::max(farthest, CandidateType::kHost);
    }
  }
  return farthest;
}

size_t ConnectFigures::Slot(CandidateType a, CandidateType b) {
  const auto [low, high] = std::minmax(a, b);
  return static_cast<size_t>(low) * kNumCandidateTypes +
         static_cast<size_t>(high);
}

void ConnectFigures::AddPlace(const Place& place, bool connected) {
  const auto known = by_place_.find(place);
  if (known != by_place_.end()) {
    Add(known->second, connected);
  } else if (by_place_.size() < kMaxPlaces) {
    Add(by_place_[place], connected);
  }
}

void ConnectFigures::Observe(const Side& a, const Side& b, bool connected) {
  Add(by_types_[Slot(a.type, b.type)], connected);
  AddPlace(a.place, connected);
  if (b.place != a.place) AddPlace(b.place, connected);
}

const ConnectFigures::Tally& ConnectFigures::ByTypes(CandidateType a,
                                                     CandidateType b) const {
  return by_types_[Slot(a, b)];
}

ConnectFigures::Tally ConnectFigures::ByPlace(const Place& place) const {
  const auto found = by_place_.find(place);
  return found == by_place_.end() ? Tally{} : found->second;
}

}  // namespace peer5
