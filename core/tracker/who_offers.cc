#include "core/tracker/who_offers.h"

#include "core/wire/client_hello.h"

namespace peer5 {
namespace {

constexpr auto kChromium = static_cast<uint8_t>(BrowserVendor::kChromium);
constexpr auto kFirefox = static_cast<uint8_t>(BrowserVendor::kFirefox);

// Not measured yet which of the two directions is the slow one: if it is this
// one, name the other here.
constexpr uint8_t kOffersToTheOther = kChromium;

}  // namespace

Offerer WhoOffers(Browser newcomer, Browser member) {
  const bool mixed =
      (newcomer.vendor == kChromium && member.vendor == kFirefox) ||
      (newcomer.vendor == kFirefox && member.vendor == kChromium);
  if (!mixed) return Offerer::kNewcomer;
  return newcomer.vendor == kOffersToTheOther ? Offerer::kNewcomer
                                              : Offerer::kMember;
}

}  // namespace peer5
