#include "core/tracker/address.h"

namespace peer5 {
namespace {

bool IsMappedV4(const ClientAddress& address) {
  for (int i = 0; i < 10; ++i) {
    if (address.ip[i] != 0) return false;
  }
  return address.ip[10] == 0xFF && address.ip[11] == 0xFF;
}

uint64_t Bytes(const ClientAddress& address, int first, int count) {
  uint64_t value = 0;
  for (int i = first; i < first + count; ++i) {
    value = value << 8 | address.ip[i];
  }
  return value;
}

// An IPv6 group of 64 bits that no IPv4 group equals: mapped addresses all
// begin with 64 zero bits, which is not a network anybody is in.
uint64_t Network(const ClientAddress& address) {
  return IsMappedV4(address) ? Bytes(address, 12, 4) : Bytes(address, 0, 8);
}

uint64_t Prefix(const ClientAddress& address) {
  return IsMappedV4(address) ? Bytes(address, 12, 3) : Bytes(address, 0, 6);
}

}  // namespace

LocalityKey KeyOf(const ClientAddress& address, Locality kind) {
  switch (kind) {
    case Locality::kAnywhere:
      return {kind, 0};
    case Locality::kCountry:
      return {kind, address.country};
    case Locality::kIsp:
      return {kind, address.asn};
    case Locality::kPrefix:
      return {kind, Prefix(address)};
    case Locality::kNetwork:
      return {kind, Network(address)};
  }
  return {};
}

bool HasKey(const ClientAddress& address, Locality kind) {
  switch (kind) {
    case Locality::kAnywhere:
      return true;
    case Locality::kCountry:
      return address.country != 0;
    case Locality::kIsp:
      return address.asn != 0;
    case Locality::kPrefix:
      return Prefix(address) != 0;
    case Locality::kNetwork:
      return Network(address) != 0;
  }
  return false;
}

Locality Between(const ClientAddress& a, const ClientAddress& b) {
  for (int i = kNumLocalities - 1; i > 0; --i) {
    const auto kind = static_cast<Locality>(i);
    if (HasKey(a, kind) && KeyOf(a, kind) == KeyOf(b, kind)) return kind;
  }
  return Locality::kAnywhere;
}

}  // namespace peer5
