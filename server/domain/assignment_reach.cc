#include "server/domain/assignment_reach.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "server/domain/index_keys.h"
#include "server/domain/policy.h"
#include "server/domain/wall_clock.h"

namespace samsyn::domain {
namespace {

// No device has it, and somebody is still to get it.
bool WaitsForADevice(const v1::Assignment& assignment) {
  if (assignment.state() == v1::Assignment::STATE_OFFERED) return true;
  return assignment.state() == v1::Assignment::STATE_EXPIRED &&
         std::none_of(assignment.history().begin(), assignment.history().end(),
                      [](const v1::StateChange& change) {
                        return change.state() == v1::Assignment::STATE_DELIVERED ||
                               change.state() == v1::Assignment::STATE_SEEN;
                      });
}

// The number of the unit's shift in that window, of the one that begins last if there are more.
std::string PhoneOfShift(const View& view, const v1::Assignment& assignment) {
  std::shared_ptr<const v1::Shift> found;
  for (const std::string& name : view.Lookup(ShiftsOfUnitKey(assignment.unit()))) {
    auto shift = view.Get<v1::Shift>(name);
    if (shift == nullptr || shift->withdrawn() || shift->phone().empty()) continue;
    if (!Overlap(shift->window(), assignment.window())) continue;
    if (found == nullptr ||
        TimeOf(shift->window().start_time()) > TimeOf(found->window().start_time())) {
      found = std::move(shift);
    }
  }
  return found == nullptr ? std::string() : found->phone();
}

std::string PhoneFor(const View& view, const v1::Assignment& assignment) {
  std::string phone = PhoneOfShift(view, assignment);
  if (!phone.empty()) return phone;
  const auto unit = view.Get<v1::Unit>(assignment.unit());
  if (unit != nullptr && !unit->phone().empty()) return unit->phone();
  const auto organisation = view.Get<v1::Organisation>(assignment.organisation());
  return organisation == nullptr ? std::string() : organisation->phone();
}

}  // namespace

std::vector<std::string> DevicesOfMember(const View& view, absl::string_view member,
                                         absl::Time now) {
  std::vector<std::string> devices = view.Lookup(DevicesOfKey(member));
  std::erase_if(devices, [&](const std::string& name) {
    const auto device = view.Get<v1::Device>(name);
    return device == nullptr || TimeOf(device->expire_time()) <= now;
  });
  return devices;
}

std::vector<std::string> DevicesOfUnit(const View& view, absl::string_view unit, absl::Time now) {
  std::vector<std::string> devices;
  for (const std::string& name : view.Lookup(MembersOfUnitKey(unit))) {
    const auto member = view.Get<v1::Member>(name);
    if (member == nullptr || !TakesPart(*member, now)) continue;
    for (std::string& device : DevicesOfMember(view, name, now)) {
      devices.push_back(std::move(device));
    }
  }
  return devices;
}

void SetReach(const View& view, absl::Time now, v1::Assignment& assignment) {
  assignment.clear_reach();
  assignment.clear_reach_phone();
  if (!WaitsForADevice(assignment)) return;
  if (!DevicesOfUnit(view, assignment.unit(), now).empty()) {
    assignment.set_reach(v1::Assignment::REACH_DEVICE);
  } else {
    assignment.set_reach(v1::Assignment::REACH_CALL);
    assignment.set_reach_phone(PhoneFor(view, assignment));
  }
}

void RefreshReach(absl::string_view unit, Transaction& transaction) {
  for (const std::string& name : transaction.Lookup(AssignmentsOfUnitKey(unit))) {
    const auto before = transaction.Get<v1::Assignment>(name);
    if (before == nullptr || !WaitsForADevice(*before)) continue;
    v1::Assignment assignment = *before;
    SetReach(transaction, transaction.now(), assignment);
    if (assignment.reach() == before->reach() &&
        assignment.reach_phone() == before->reach_phone()) {
      continue;
    }
    transaction.Put(std::move(assignment));
  }
}

void RefreshReachOf(const v1::Member& member, Transaction& transaction) {
  for (const std::string& unit : member.units()) RefreshReach(unit, transaction);
}

}  // namespace samsyn::domain
