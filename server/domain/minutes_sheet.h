// How minutes are written: what a response says, as a sheet in Swedish.
#ifndef SAMSYN_SERVER_DOMAIN_MINUTES_SHEET_H_
#define SAMSYN_SERVER_DOMAIN_MINUTES_SHEET_H_

#include <samsyn/v1/meeting.pb.h>

#include <vector>

#include "server/domain/picture.h"
#include "server/domain/sheet.h"

namespace samsyn::domain {

// Writes a response that is filled but for `markdown`, `html` and `release_class`; `left` are the
// other deployments that the meeting leaves to the next one. The view gives the names of areas,
// organisations and units, which everybody in the municipality sees, and nothing else.
Sheet WriteMinutes(const v1::GetMinutesResponse& minutes, const std::vector<v1::Deployment>& left,
                   v1::GetMinutesRequest::Rendition rendition, const View& view);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_MINUTES_SHEET_H_
