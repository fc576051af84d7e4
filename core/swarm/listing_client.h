#ifndef PEER5_CORE_SWARM_LISTING_CLIENT_H_
#define PEER5_CORE_SWARM_LISTING_CLIENT_H_

#include <utility>
#include <vector>

#include "core/swarm/action_sink.h"
#include "core/swarm/client.h"

namespace peer5 {

// Implements On(const A&) for each action: appends it to a list.
template <typename Sink, typename... Actions>
class ActionListOf;

template <typename Sink>
class ActionListOf<Sink> : public Sink {
 public:
  std::vector<Action> actions;
};

template <typename Sink, typename A, typename... Rest>
class ActionListOf<Sink, A, Rest...> : public ActionListOf<Sink, Rest...> {
 public:
  using ActionListOf<Sink, Rest...>::On;
  void On(const A& action) override { this->actions.emplace_back(action); }
};

template <typename Sink, typename... Actions>
class ActionListOf<Sink, std::variant<Actions...>>
    : public ActionListOf<Sink, Actions...> {};

using ActionList = ActionListOf<ActionSink, Action>;

// A client whose actions wait in a list: for native callers, which have no
// need to write them down as bytes.
class ListingClient final : private ActionList, public Client {
 public:
  explicit ListingClient(const ClientOptions& options)
      : Client(options, static_cast<ActionSink&>(*this)) {}

  // All actions since the last call, oldest first.
  std::vector<Action> TakeActions() {
    Settle();
    return std::exchange(actions, {});
  }
};

}  // namespace peer5

#endif  // PEER5_CORE_SWARM_LISTING_CLIENT_H_
