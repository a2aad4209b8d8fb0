// Running the server: how it is, a copy of a municipality's journal, and what is to be done after a
// fork of it.
#include <absl/strings/str_cat.h>
#include <samsyn/v1/admin.grpc.pb.h>

#include <algorithm>
#include <string>
#include <utility>

#include "server/base/digest.h"
#include "server/base/mutex.h"
#include "server/domain/entity.h"
#include "server/domain/fork_rules.h"
#include "server/domain/refusal.h"
#include "server/service/cut_off.h"
#include "server/service/services.h"
#include "server/service/watch_stream.h"

namespace samsyn::service {
namespace {

constexpr size_t kPieceBytes = 64 << 10;
constexpr absl::Duration kWriteLimit = absl::Seconds(30);  // a reader that takes longer is cut off

// One backup on its way: the worker's thread writes pieces and waits for each to be sent. Deletes
// itself when gRPC is done, which is after the one Finish, the worker's last word.
class BackupStream final : public grpc::ServerWriteReactor<v1::BackupResponse> {
 public:
  BackupStream(const Backend& backend, grpc::CallbackServerContext* context)
      : backend_(backend), context_(context), language_(LanguageOf(*context)) {}

  void Begin(const v1::BackupRequest& request, Worker& worker) {
    absl::Status status = Prepare(request);
    if (status.ok() && !worker.Post([this] { End(Run()); })) status = TooBusy();
    if (!status.ok()) End(status);
  }

  void OnWriteDone(bool ok) override {
    MutexLock lock(mutex_);
    writing_ = false;
    if (!ok) broken_ = true;
    changed_.SignalAll();
  }
  void OnCancel() override {
    MutexLock lock(mutex_);
    broken_ = true;
    changed_.SignalAll();
  }
  void OnDone() override { delete this; }

 private:
  absl::Status Prepare(const v1::BackupRequest& request) {
    auto session = Authenticate(backend_, *context_);
    if (!session.ok()) return session.status();
    session_ = *std::move(session);
    absl::Status status =
        backend_.call_limits.Admit(session_.identity, CallKind::kRead, kSlowReadCost);
    if (status.ok()) status = CheckRequest(request, session_.municipality);
    if (!status.ok()) return status;
    if (RightsUnknown(backend_, session_.municipality)) return NodeCutOff();
    return session_.feed->Reading([&](const domain::Picture& picture) {
      return RequireRoles(picture, session_.identity.caller, {v1::ROLE_COORDINATOR});
    });
  }

  absl::Status Run() {
    Sha256 hash;
    const auto head =
        backend_.engine.Backup(session_.municipality, [&](absl::string_view bytes) -> absl::Status {
          hash.Update(bytes);
          bytes_ += bytes.size();
          for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes.size(), kPieceBytes))) {
            v1::BackupResponse piece;
            piece.set_data(std::string(bytes.substr(0, kPieceBytes)));
            if (auto status = Send(std::move(piece)); !status.ok()) return status;
          }
          return absl::OkStatus();
        });
    if (!head.ok()) return head.status();
    v1::BackupResponse last;
    last.set_revision(head->revision);
    last.set_sha256(std::string(AsBytes(hash.Finish())));
    if (auto status = Send(std::move(last)); !status.ok()) return status;
    return WaitWritten();
  }

  absl::Status Send(v1::BackupResponse piece) {
    if (auto status = WaitWritten(); !status.ok()) return status;
    piece_ = std::move(piece);
    {
      MutexLock lock(mutex_);
      writing_ = true;
    }
    StartWrite(&piece_);
    return absl::OkStatus();
  }

  // Waits until no write is in flight.
  absl::Status WaitWritten() {
    const absl::Time deadline = absl::Now() + kWriteLimit;
    MutexLock lock(mutex_);
    while (writing_) {
      if (!broken_ && absl::Now() >= deadline) {
        broken_ = true;
        context_->TryCancel();
      }
      changed_.WaitFor(mutex_, std::max(deadline - absl::Now(), absl::Milliseconds(100)));
    }
    return broken_ ? absl::CancelledError() : absl::OkStatus();
  }

  void End(const absl::Status& status) {
    MarkIfCutOff(backend_, session_, *context_);
    LogCall("Backup", session_, status.code(), start_, {{"bytes", absl::StrCat(bytes_)}});
    Finish(absl::IsCancelled(status) ? grpc::Status::CANCELLED : ToGrpcStatus(status, language_));
  }

  const Backend& backend_;
  grpc::CallbackServerContext* const context_;
  const Language language_;
  const absl::Time start_ = absl::Now();
  Session session_;
  size_t bytes_ = 0;
  v1::BackupResponse piece_;  // of the write in flight
  Mutex mutex_;               // taken alone
  CondVar changed_;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool broken_ ABSL_GUARDED_BY(mutex_) = false;  // nobody reads any more
};

v1::JournalFork ForkOf(const journal::Fork& fork) {
  v1::JournalFork told;
  told.set_node(fork.node);
  told.set_common_revision(fork.common);
  told.set_kept_revision(fork.kept.revision);
  told.set_kept_digest(std::string(AsBytes(fork.kept.digest)));
  told.set_lost_revision(fork.lost.revision);
  told.set_lost_digest(std::string(AsBytes(fork.lost.digest)));
  return told;
}

void TellStanding(const engine::MunicipalityStatus& how, v1::GetServerStatusResponse* response) {
  response->set_revisions_behind(how.behind);
  if (how.standing.cut_off_since.has_value()) {
    *response->mutable_cut_off_since() = domain::TimestampOf(*how.standing.cut_off_since);
  }
  if (how.standing.fork.has_value()) *response->mutable_fork() = ForkOf(*how.standing.fork);
}

absl::Status WritesStopped() {
  return domain::Refuse(v1::ERROR_REASON_WRONG_STATE,
                        {"Writes are stopped; let them go on first.",
                         "Skrivningar står stilla; låt dem gå vidare först."},
                        {{"allowed", "ResumeWrites"}});
}

class AdminCalls final : public Routed<v1::AdminService::CallbackService> {
 public:
  AdminCalls(Calls& calls, Worker& worker, const WatchStreams& watches)
      : calls_(calls), worker_(worker), watches_(watches), start_(absl::Now()) {
    Route(calls.routes(), &AdminCalls::GetServerStatus, &AdminCalls::GetJournalFork,
          &AdminCalls::ResumeWrites, &AdminCalls::TakeOverVersion);
  }

  grpc::ServerWriteReactor<v1::BackupResponse>* Backup(grpc::CallbackServerContext* context,
                                                       const v1::BackupRequest* request) override {
    auto* const stream = new BackupStream(calls_.backend(), context);
    stream->Begin(*request, worker_);
    return stream;
  }

  grpc::ServerUnaryReactor* GetServerStatus(grpc::CallbackServerContext* context,
                                            const v1::GetServerStatusRequest* request,
                                            v1::GetServerStatusResponse* response) override {
    return calls_.Read(
        context, *request, response,
        [this, request, response](const ReadContext& reading) {
          absl::Status status =
              RequireRoles(reading.picture, reading.caller, {v1::ROLE_COORDINATOR});
          if (!status.ok()) return status;
          response->set_version(SAMSYN_VERSION);
          *response->mutable_start_time() = domain::TimestampOf(start_);
          response->set_entities(static_cast<int64_t>(reading.picture.size()));
          response->set_watchers(watches_.Watchers(request->municipality()));
          for (auto& held : calls_.backend().call_limits.HeldBackIn(request->municipality())) {
            *response->add_held_back() = std::move(held);
          }
          return absl::OkStatus();
        },
        [this, request, response] {
          const auto how = calls_.backend().engine.StatusOf(request->municipality());
          if (!how.ok()) return how.status();
          response->set_writable(how->writable);
          response->set_trouble(how->trouble);
          TellStanding(*how, response);
          return absl::OkStatus();
        });
  }

  grpc::ServerUnaryReactor* GetJournalFork(grpc::CallbackServerContext* context,
                                           const v1::GetJournalForkRequest* request,
                                           v1::GetJournalForkResponse* response) override {
    engine::Engine& engine = calls_.backend().engine;
    const auto standing = engine.StandingOf(request->municipality());
    const auto side = engine.LostSideOf(request->municipality());
    return calls_.Read(context, *request, response, [=](const ReadContext& reading) {
      absl::Status status = RequireRoles(reading.picture, reading.caller, {v1::ROLE_COORDINATOR});
      if (!status.ok()) return status;
      const bool newer =
          standing.fork.has_value() && side != nullptr && side->fork.lost != standing.fork->lost;
      response->set_stopped(standing.fork.has_value());
      response->set_here(side != nullptr && !newer);
      if (standing.fork.has_value()) *response->mutable_fork() = ForkOf(*standing.fork);
      if (!response->here()) return absl::OkStatus();
      *response->mutable_fork() = ForkOf(side->fork);
      domain::ListForkedVersions(side->versions, reading.picture, reading.audience,
                                 response->mutable_versions());
      return absl::OkStatus();
    });
  }

  grpc::ServerUnaryReactor* ResumeWrites(grpc::CallbackServerContext* context,
                                         const v1::ResumeWritesRequest* request,
                                         v1::ResumeWritesResponse* response) override {
    return calls_.ReadSlowly(context, *request, {v1::ROLE_COORDINATOR}, worker_,
                             [this, response](const Session& session) {
                               const auto was_stopped =
                                   calls_.backend().engine.ResumeWrites(session.municipality);
                               if (!was_stopped.ok()) return was_stopped.status();
                               response->set_was_stopped(*was_stopped);
                               if (*was_stopped) {
                                 Log(LogLevel::kInfo, "writes resumed after a fork",
                                     {{"municipality", session.municipality},
                                      {"member", session.identity.caller.member}});
                               }
                               return absl::OkStatus();
                             });
  }

  grpc::ServerUnaryReactor* TakeOverVersion(grpc::CallbackServerContext* context,
                                            const v1::TakeOverVersionRequest* request,
                                            v1::TakeOverVersionResponse* response) override {
    engine::Engine& engine = calls_.backend().engine;
    if (engine.StandingOf(request->municipality()).fork.has_value()) {
      return calls_.Read(context, *request, response, [](const ReadContext& reading) {
        const absl::Status may =
            RequireRoles(reading.picture, reading.caller, {v1::ROLE_COORDINATOR});
        return may.ok() ? WritesStopped() : may;
      });
    }
    const auto side = engine.LostSideOf(request->municipality());
    return calls_.Submit(context, *request, response,
                         [request, side](domain::Transaction& transaction) {
                           return TakeOver(*request, side.get(), transaction);
                         });
  }

 private:
  static absl::Status TakeOver(const v1::TakeOverVersionRequest& request,
                               const engine::LostSide* side, domain::Transaction& transaction) {
    const domain::LostVersion* lost = nullptr;
    if (side != nullptr) {
      const auto found = side->versions.find(request.version());
      if (found != side->versions.end()) lost = &found->second;
    }
    return domain::TakeOverVersion(request, lost, transaction);
  }

  Calls& calls_;
  Worker& worker_;
  const WatchStreams& watches_;
  const absl::Time start_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeAdminService(Calls& calls, Worker& worker,
                                                const WatchStreams& watches) {
  return std::make_unique<AdminCalls>(calls, worker, watches);
}

}  // namespace samsyn::service
