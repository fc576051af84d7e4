#ifndef PEER5_CORE_SWARM_ACTION_SINK_H_
#define PEER5_CORE_SWARM_ACTION_SINK_H_

#include <cstdint>
#include <type_traits>
#include <variant>

#include "core/swarm/actions.h"

namespace peer5 {

// One pure virtual On(const A&) for each action, in one vtable.
template <typename... Actions>
class ActionSinkOf;

template <typename A>
class ActionSinkOf<A> {
 public:
  virtual void On(const A& action) = 0;

 protected:
  ~ActionSinkOf() = default;
};

template <typename A, typename... Rest>
class ActionSinkOf<A, Rest...> : public ActionSinkOf<Rest...> {
 public:
  using ActionSinkOf<Rest...>::On;
  virtual void On(const A& action) = 0;
};

template <typename... Actions>
class ActionSinkOf<std::variant<Actions...>> : public ActionSinkOf<Actions...> {
 public:
  // The action's place in the Action variant.
  template <typename A>
  static constexpr uint8_t IndexOf() {
    uint8_t index = 0;
    (void)((std::is_same_v<A, Actions> || (++index, false)) || ...);
    return index;
  }
};

// Takes a client's actions one by one, in order, in the middle of an input:
// it must not call the client back before the input is over.
using ActionSink = ActionSinkOf<Action>;

}  // namespace peer5

#endif  // PEER5_CORE_SWARM_ACTION_SINK_H_
