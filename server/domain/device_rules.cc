#include "server/domain/device_rules.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/domain/access_rules.h"
#include "server/domain/assignment_reach.h"
#include "server/domain/index_keys.h"
#include "server/domain/names.h"
#include "server/domain/rule_checks.h"
#include "server/domain/session_rules.h"
#include "server/domain/timers.h"

namespace samsyn::domain {
namespace {

// Takes a device away; its units may have become out of reach.
void End(const v1::Device& device, Transaction& transaction) {
  const auto member = transaction.Get<v1::Member>(device.member());
  transaction.Set(device.name(), nullptr);
  if (member != nullptr) RefreshReachOf(*member, transaction);
}

std::shared_ptr<const v1::Device> DeviceOf(const View& view, absl::string_view session) {
  const std::vector<std::string> names = view.Lookup(DevicesOfSessionKey(session));
  return names.empty() ? nullptr : view.Get<v1::Device>(names.front());
}

absl::Status UnknownPushService() {
  return RefuseFields({{"push_endpoint",
                        {"This is not the address of a push service that this server knows.",
                         "Detta är ingen adress till en aviseringstjänst som servern känner."}}});
}

v1::Device NewDevice(const v1::Token& session, const Transaction& transaction) {
  v1::Device device;
  device.set_name(NameOf(transaction.municipality(), v1::ENTITY_KIND_DEVICE, transaction.NewId()));
  device.set_owner(session.owner());
  device.mutable_release()->set_release_class(v1::RELEASE_CLASS_RESTRICTED);
  device.set_member(session.member());
  device.set_session(session.name());
  *device.mutable_expire_time() = session.expire_time();
  return device;
}

}  // namespace

absl::Status RegisterDevice(const v1::RegisterDeviceRequest& request, const PushHosts& hosts,
                            Transaction& transaction) {
  const auto actor = ActorOf(transaction);
  if (!actor.ok()) return actor.status();
  const auto session = SessionInUse(transaction);
  if (!session.ok()) return session.status();
  if (!hosts.Allows(request.push_endpoint())) return UnknownPushService();
  for (const std::string& name : transaction.Lookup(EndpointKey(request.push_endpoint()))) {
    const auto other = transaction.Get<v1::Device>(name);
    if (other != nullptr && other->session() != (*session)->name()) End(*other, transaction);
  }
  const auto before = DeviceOf(transaction, (*session)->name());
  v1::Device device = before == nullptr ? NewDevice(**session, transaction) : *before;
  transaction.Answer(device.name());
  if (before != nullptr && before->push_endpoint() == request.push_endpoint() &&
      before->description() == request.description()) {
    return absl::OkStatus();
  }
  device.set_push_endpoint(request.push_endpoint());
  device.set_description(request.description());
  transaction.Put(std::move(device));
  RefreshReachOf(*actor->member, transaction);
  return absl::OkStatus();
}

absl::Status RemoveDevice(const v1::RemoveDeviceRequest& request, Transaction& transaction) {
  const auto actor = ActorOf(transaction);
  if (!actor.ok()) return actor.status();
  if (request.name().empty()) {
    const auto session = SessionInUse(transaction);
    if (!session.ok()) return session.status();
    EndDeviceOf((*session)->name(), transaction);
    return absl::OkStatus();
  }
  const auto device = transaction.Get<v1::Device>(request.name());
  const bool own = device != nullptr && device->member() == transaction.caller().member;
  if (device == nullptr ||
      (!own && FindVisible(transaction, actor->audience, request.name()) == nullptr)) {
    return NotFound(request.name());
  }
  if (!own) {
    const auto member = transaction.Get<v1::Member>(device->member());
    absl::Status may = RequireMayIssue(*actor, member == nullptr ? v1::Member() : *member);
    if (!may.ok()) return may;
  }
  End(*device, transaction);
  return absl::OkStatus();
}

absl::Status DropDevice(absl::string_view name, absl::string_view endpoint,
                        Transaction& transaction) {
  const auto device = transaction.Get<v1::Device>(name);
  if (device != nullptr && device->push_endpoint() == endpoint) End(*device, transaction);
  return absl::OkStatus();
}

void EndDeviceOf(absl::string_view session, Transaction& transaction) {
  if (const auto device = DeviceOf(transaction, session)) End(*device, transaction);
}

absl::Status OnDeviceDue(const v1::Device& device, Transaction& transaction) {
  if (TimeOf(device.expire_time()) <= transaction.now()) End(device, transaction);
  return absl::OkStatus();
}

}  // namespace samsyn::domain
