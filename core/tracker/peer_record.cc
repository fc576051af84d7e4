#include "core/tracker/peer_record.h"

#include <algorithm>
#include <cmath>

namespace peer5 {
namespace {

enum Flags : uint8_t {
  kMetered = 1,
  kUploads = 2,
  kReported = 4,
  kSeeder = 8,
};

constexpr double kLossUnit = 1000;  // permille on the wire, as in Report

uint32_t Clamped(double value) {
  return static_cast<uint32_t>(std::clamp(value, 0.0, 4294967295.0));
}

uint16_t Clamped16(double value) {
  return static_cast<uint16_t>(std::clamp(value, 0.0, 65535.0));
}

uint8_t FlagsOf(const PeerRecord& record) {
  return static_cast<uint8_t>((record.traits.metered ? kMetered : 0) |
                              (record.traits.uploads ? kUploads : 0) |
                              (record.traits.reported ? kReported : 0) |
                              (record.share.seeder ? kSeeder : 0));
}

}  // namespace

void PeerRecord::SerializeTo(Timestamp now, Writer& writer) const {
  writer.U8(kFormat);
  writer.U64(client.value());
  writer.U64(secret);
  writer.Bytes(traits.address.ip);
  writer.U32(traits.address.asn);
  writer.U16(traits.address.country);
  writer.U8(traits.browser.vendor);
  writer.U16(traits.browser.version);
  writer.U8(FlagsOf(*this));
  writer.U32(Clamped(traits.up_rate));
  writer.U8(traits.load);
  writer.U16(Clamped16(std::round(traits.loss * kLossUnit)));
  writer.U32(Clamped(traits.delay.seconds() * 1000));
  writer.U16(Clamped16(traits.connections));
  writer.U32(Clamped((now - traits.since).seconds()));
  writer.U64(traits.uploaded);
  writer.U64(traits.downloaded);
  share.have.SerializeTo(writer);
}

std::optional<PeerRecord> PeerRecord::Parse(Timestamp now, Reader& reader) {
  if (reader.U8() != kFormat) return std::nullopt;
  PeerRecord record;
  ClientTraits& traits = record.traits;
  record.client = ClientId(reader.U64());
  record.secret = reader.U64();
  const absl::Span<const uint8_t> ip = reader.Bytes(traits.address.ip.size());
  if (!reader.ok()) return std::nullopt;
  std::copy(ip.begin(), ip.end(), traits.address.ip.begin());
  traits.address.asn = reader.U32();
  traits.address.country = reader.U16();
  traits.browser.vendor = reader.U8();
  traits.browser.version = reader.U16();
  const uint8_t flags = reader.U8();
  traits.metered = (flags & kMetered) != 0;
  traits.uploads = (flags & kUploads) != 0;
  traits.reported = (flags & kReported) != 0;
  record.share.seeder = (flags & kSeeder) != 0;
  traits.up_rate = reader.U32();
  traits.load = reader.U8();
  traits.loss = reader.U16() / kLossUnit;
  traits.delay = Duration::Millis(reader.U32());
  traits.connections = reader.U16();
  traits.since = now - Duration::Seconds(reader.U32());
  traits.uploaded = reader.U64();
  traits.downloaded = reader.U64();
  record.share.have = AvailabilitySketch::Parse(reader);
  if (!reader.ok()) return std::nullopt;
  return record;
}

}  // namespace peer5
