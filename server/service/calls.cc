#include "server/service/calls.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/strip.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <samsyn/v1/entity.pb.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "server/base/log.h"
#include "server/domain/names.h"
#include "server/domain/policy.h"
#include "server/domain/refusal.h"
#include "server/domain/request_shape.h"
#include "server/service/cut_off.h"

namespace samsyn::service {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::string StringField(const Message& message, const char* name) {
  const auto* const field = message.GetDescriptor()->FindFieldByName(name);
  return field == nullptr ? std::string() : message.GetReflection()->GetString(message, field);
}

int64_t MinRevision(const Message& request) {
  const auto* const field = request.GetDescriptor()->FindFieldByName("min_revision");
  return field == nullptr ? 0 : request.GetReflection()->GetInt64(request, field);
}

// The message of an entity, whatever its kind.
const Message* Inside(const v1::Entity& entity) {
  const Message* inside = nullptr;
  domain::VisitEntity(entity, [&](const auto& message) { inside = &message; });
  return inside;
}

// Puts an entity into the first field of the response that takes it.
void FillOne(const v1::Entity& entity, Message* response) {
  const auto* const reflection = response->GetReflection();
  const Message* const inside = Inside(entity);
  if (inside == nullptr) return;
  for (int i = 0; i < response->GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* const field = response->GetDescriptor()->field(i);
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    const bool whole = field->message_type() == v1::Entity::descriptor();
    if (!whole && field->message_type() != inside->GetDescriptor()) continue;
    if (!field->is_repeated() && reflection->HasField(*response, field)) continue;
    Message* const place = field->is_repeated() ? reflection->AddMessage(response, field)
                                                : reflection->MutableMessage(response, field);
    place->CopyFrom(whole ? static_cast<const Message&>(entity) : *inside);
    return;
  }
}

// How long a call may take: what its deadline leaves, at most 60 s.
absl::Duration TimeLeft(const grpc::CallbackServerContext& context) {
  const absl::Duration left = absl::FromChrono(context.deadline()) - absl::Now();
  return std::clamp(left, absl::ZeroDuration(), domain::kDeadlineMost);
}

// One unary call on its way; ends it once.
struct Call {
  Call(const Backend& backend, grpc::CallbackServerContext* context, const Message& request)
      : backend(backend),
        context(context),
        reactor(context->DefaultReactor()),
        language(LanguageOf(*context)),
        method(MethodOf(request)),
        start(absl::Now()) {}

  grpc::ServerUnaryReactor* Finish(const absl::Status& outcome) {
    const absl::Status status = NotThereIfKnown(backend, session.municipality, outcome);
    MarkIfCutOff(backend, session, *context);
    LogCall(method, session, status.code(), start);
    // The reactor may be gone, and with it the request, as soon as it has finished.
    grpc::ServerUnaryReactor* const finished = reactor;
    finished->Finish(ToGrpcStatus(status, language));
    return finished;
  }

  const Backend& backend;
  grpc::CallbackServerContext* const context;
  grpc::ServerUnaryReactor* const reactor;
  const Language language;
  const std::string method;
  const absl::Time start;
  Session session;
  CallEnd end;  // of a write
  std::unique_ptr<TimeLimits::Limit> limit;
};
using CallPtr = std::shared_ptr<Call>;

// Who calls, whether it calls too much, and whether what is asked has the right form.
absl::Status Begin(Call& call, const grpc::CallbackServerContext& context, const Message& request,
                   CallKind kind, int cost, Calls::Authentication authenticate = &Authenticate) {
  auto session = authenticate(call.backend, context);
  if (!session.ok()) return session.status();
  call.session = *std::move(session);
  const absl::Status admitted =
      call.backend.call_limits.Admit(call.session.identity, KindOf(call.method, kind), cost);
  return admitted.ok() ? CheckRequest(request, call.session.municipality) : admitted;
}

void AnswerWrite(const Call& call, const engine::Answer& answer, Message* response) {
  std::vector<domain::EntityPtr> entities;
  const domain::Audience audience = call.session.feed->Reading([&](const domain::Picture& picture) {
    for (const std::string& name : answer.results) entities.push_back(picture.Find(name));
    return domain::AudienceOf(picture, call.session.identity.caller);
  });
  FillAnswer(entities, audience, response, call.session.identity.caller.member);
  SetRevision(answer.revision, response);
}

absl::Status AnswerRead(const Call& call, Message* response, const Calls::ReadBody& read,
                        const Calls::AfterRead& after) {
  const absl::Status status = call.session.feed->ReadingAt(
      [&](const domain::Picture& picture, domain::Revision revision, const Digest&, absl::Time) {
        const absl::Time now = call.backend.clock.Now();
        // The wait may have been long: whoever ended meanwhile reads nothing.
        const auto reader = ReaderOf(call.backend, call.session, picture);
        if (!reader.ok()) return reader.status();
        const absl::Status status =
            read(ReadContext{picture, reader->audience, reader->identity.caller, now});
        if (status.ok()) SetRevision(revision, response);
        return status;
      });
  return status.ok() && after != nullptr ? after() : status;
}

}  // namespace

std::string MethodOf(const Message& request) {
  return std::string(absl::StripSuffix(request.GetDescriptor()->name(), "Request"));
}

Digest RequestDigest(const Message& request) {
  std::string bytes(request.ByteSizeLong(), '\0');
  {
    google::protobuf::io::ArrayOutputStream stream(bytes.data(), static_cast<int>(bytes.size()));
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    request.SerializePartialToCodedStream(&coded);
  }
  return Sha256().Update(MethodOf(request)).Update("\n").Update(bytes).Finish();
}

absl::Status CheckRequest(const Message& request, absl::string_view municipality,
                          size_t most_bytes) {
  if (request.ByteSizeLong() > most_bytes) {
    const std::string kib = absl::StrCat(most_bytes >> 10);
    return domain::Refuse(v1::ERROR_REASON_LIMIT_REACHED,
                          {absl::StrCat("A request of this kind has at most ", kib, " KiB."),
                           absl::StrCat("En sådan begäran rymmer högst ", kib, " KiB.")},
                          {{"limit", absl::StrCat(most_bytes)}});
  }
  const absl::Status shape = domain::CheckShape(request);
  return shape.ok() ? CheckMunicipality(request, municipality) : shape;
}

engine::Command CommandFor(const Admitted& admitted, const domain::Caller& caller,
                           std::function<absl::Status(domain::Transaction&)> decide) {
  const Message& request = *admitted.request;
  return {caller,
          MethodOf(request),
          StringField(request, "request_id"),
          RequestDigest(request),
          std::move(decide),
          admitted.not_person_numbers};
}

void FillAnswer(const std::vector<domain::EntityPtr>& entities, const domain::Audience& audience,
                Message* response, absl::string_view own) {
  for (const domain::EntityPtr& entity : entities) {
    if (const auto shown = domain::ShownToItself(audience, entity, own)) FillOne(*shown, response);
  }
}

void SetRevision(domain::Revision revision, Message* response) {
  const auto* const field = response->GetDescriptor()->FindFieldByName("revision");
  if (field != nullptr) response->GetReflection()->SetInt64(response, field, revision);
}

absl::Status RequireRoles(const domain::View& view, const domain::Caller& caller,
                          std::initializer_list<v1::Role> roles) {
  domain::Actor actor;
  actor.member = view.Get<v1::Member>(caller.member);
  if (actor.member == nullptr) return domain::NotFound(caller.member);
  return domain::RequireRole(actor, roles);
}

void LogCall(absl::string_view method, const Session& session, absl::StatusCode code,
             absl::Time start, std::vector<LogField> counts) {
  if (!Logs(LogLevel::kDebug)) return;
  std::vector<LogField> fields = {
      {"method", std::string(method)},
      {"member", session.identity.caller.member},
      {"code", absl::StatusCodeToString(code)},
      {"us", absl::StrCat(absl::ToInt64Microseconds(absl::Now() - start))}};
  for (LogField& count : counts) fields.push_back(std::move(count));
  Log(LogLevel::kDebug, "call", fields);
}

absl::Status TooBusy() {
  return domain::Refuse(v1::ERROR_REASON_QUEUE_FULL,
                        {"Too much waits already; try again in a moment.",
                         "För mycket väntar redan; försök igen om en stund."});
}

grpc::ServerUnaryReactor* Calls::SubmitAdmitted(grpc::CallbackServerContext* context,
                                                const Message& request, Message* response,
                                                Decide decide, Complete complete,
                                                Authentication authenticate) {
  const auto call = std::make_shared<Call>(backend_, context, request);
  const int cost = CostOf(request.ByteSizeLong());
  const auto status = Begin(*call, *context, request, CallKind::kWrite, cost, authenticate);
  if (!status.ok()) return call->Finish(status);
  const auto admitted = Admit(request, call->session, backend_.clock.Now());
  if (!admitted.ok()) return call->Finish(admitted.status());
  grpc::ServerUnaryReactor* const reactor = call->reactor;
  engine::Command command =
      CommandFor(*admitted, call->session.identity.caller,
                 [call, asked = admitted->request,
                  decide = std::move(decide)](domain::Transaction& transaction) {
                   return call->end.UnlessEnded([&] { return decide(*asked, transaction); });
                 });
  call->limit = limits_.Start(*context, [weak = std::weak_ptr<Call>(call)] {
    const CallPtr late = weak.lock();
    if (late != nullptr && late->end.Claim()) late->Finish(TookTooLong());
  });
  backend_.engine.Submit(
      call->session.municipality, std::move(command),
      [call, response, complete = std::move(complete)](absl::StatusOr<engine::Answer> answer) {
        if (!call->end.Claim()) return;
        if (!answer.ok()) {
          call->Finish(answer.status());
          return;
        }
        AnswerWrite(*call, *answer, response);
        call->Finish(complete == nullptr ? absl::OkStatus() : complete(*answer));
      });
  return reactor;
}

grpc::ServerUnaryReactor* Calls::Read(grpc::CallbackServerContext* context, const Message& request,
                                      Message* response, ReadBody read, AfterRead after) {
  const auto call = std::make_shared<Call>(backend_, context, request);
  if (const auto status = Begin(*call, *context, request, CallKind::kRead, 1); !status.ok()) {
    return call->Finish(status);
  }
  const domain::Revision wanted = MinRevision(request);
  if (wanted <= call->session.feed->revision()) {
    return call->Finish(AnswerRead(*call, response, read, after));
  }
  grpc::ServerUnaryReactor* const reactor = call->reactor;
  backend_.engine.WhenReached(
      call->session.municipality, wanted, backend_.clock.Now() + TimeLeft(*context),
      [call, response, read = std::move(read), after = std::move(after)](absl::Status reached) {
        call->Finish(reached.ok() ? AnswerRead(*call, response, read, after) : reached);
      });
  return reactor;
}

grpc::ServerUnaryReactor* Calls::ReadSlowly(grpc::CallbackServerContext* context,
                                            const Message& request,
                                            std::initializer_list<v1::Role> roles, Worker& worker,
                                            SlowBody body) {
  const auto call = std::make_shared<Call>(backend_, context, request);
  absl::Status status = Begin(*call, *context, request, CallKind::kRead, kSlowReadCost);
  if (status.ok() && roles.size() > 0) {
    status = call->session.feed->Reading([&](const domain::Picture& picture) {
      return RequireRoles(picture, call->session.identity.caller, roles);
    });
  }
  if (!status.ok()) return call->Finish(status);
  grpc::ServerUnaryReactor* const reactor = call->reactor;
  backend_.engine.WhenReached(
      call->session.municipality, MinRevision(request), backend_.clock.Now() + TimeLeft(*context),
      [call, &worker, body = std::move(body)](absl::Status reached) {
        if (!reached.ok()) {
          call->Finish(reached);
          return;
        }
        const bool taken = worker.Post([call, body] { call->Finish(body(call->session)); });
        if (!taken) call->Finish(TooBusy());
      });
  return reactor;
}

grpc::ServerUnaryReactor* Calls::Get(grpc::CallbackServerContext* context, const Message& request,
                                     Message* response) {
  return Read(context, request, response, [&request, response](const ReadContext& reading) {
    const std::string name = StringField(request, "name");
    const auto shown = domain::Shown(reading.audience, reading.picture.Find(name));
    const auto* const field = response->GetDescriptor()->field(0);
    const Message* const inside = shown == nullptr ? nullptr : Inside(*shown);
    if (inside == nullptr || inside->GetDescriptor() != field->message_type()) {
      return domain::NotFound(name);
    }
    response->GetReflection()->MutableMessage(response, field)->CopyFrom(*inside);
    return absl::OkStatus();
  });
}

}  // namespace samsyn::service
