// Tested by: tests/unit/updater_test.cpp
#include "servicetags/updater.hpp"

#include <utility>

#include "support/file.hpp"
#include "support/sha256.hpp"

namespace servicetags {

/// One update() on its way: what is known so far, and whether it is done.
struct Updater::Attempt {
  Timestamp began;
  UpdateReport report;
  std::optional<CacheLock> lock;
  CachedPayload payload;     // what came
  SnapshotPtr snapshot;      // made of it
  bool ask_for_all = false;  // even if the source still has what is current
  bool done = false;

  void fail(Error error) {
    report.outcome = UpdateOutcome::failed;
    report.error = std::move(error);
    done = true;
  }
};

namespace {

DataOrigin origin_of(const CachedPayload& payload) {
  return {payload.source, published_day(payload.file_name)};
}

}  // namespace

std::string_view to_string(UpdateOutcome outcome) noexcept {
  switch (outcome) {
    case UpdateOutcome::swapped: return "swapped";
    case UpdateOutcome::unchanged: return "unchanged";
    case UpdateOutcome::refused: return "refused";
    case UpdateOutcome::failed: return "failed";
  }
  return "";
}

Updater::Updater(std::unique_ptr<Source> source, UpdateOptions options)
    : source_(std::move(source)), options_(std::move(options)) {}

Timestamp Updater::now() const {
  if (options_.now) return options_.now();
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

/// Makes a payload of the cache current.
Result<SnapshotPtr> Updater::adopt(CachedPayload payload) {
  auto snapshot = parse_snapshot(payload.bytes, options_.cloud, options_.limits);
  if (!snapshot) return snapshot;
  current_.set(*snapshot);
  payload.bytes.clear();
  payload_ = std::move(payload);
  return snapshot;
}

Result<std::vector<std::string>> Updater::open() {
  if (!options_.cache) return std::vector<std::string>();
  auto content = options_.cache->read(options_.limits.max_bytes);
  if (!content) return std::move(content).error();
  if (content->payload) {
    if (auto adopted = adopt(*std::move(content->payload)); !adopted) {
      return std::move(adopted).error();
    }
  }
  return std::move(content->warnings);
}

UpdateReport Updater::update(const std::stop_token& stop) {
  Attempt attempt;
  attempt.began = now();
  attempt.report.before = current_.get();
  take_turn(attempt, stop);
  if (!attempt.done) fetch(attempt, stop);
  if (!attempt.done) judge(attempt);
  if (!attempt.done) install(attempt);
  attempt.report.after = current_.get();
  if (attempt.report.before && attempt.report.before != attempt.report.after) {
    attempt.report.changes = diff(*attempt.report.before, *attempt.report.after);
  }
  return std::move(attempt.report);
}

/// Waits for other processes; what one of them has fetched meanwhile is taken.
void Updater::take_turn(Attempt& attempt, const std::stop_token& stop) {
  if (!options_.cache) return;
  auto lock = options_.cache->lock(stop);
  if (!lock) {
    if (lock.error().code == Errc::cancelled) return attempt.fail(std::move(lock).error());
    attempt.report.warnings.push_back("nothing is kept on disk: " + to_string(lock.error()));
    return;
  }
  attempt.lock.emplace(*std::move(lock));
  auto content = options_.cache->read(options_.limits.max_bytes);
  if (!content) {
    attempt.report.warnings.push_back(to_string(content.error()));
    return;
  }
  attempt.ask_for_all = !content->payload || !content->warnings.empty();
  for (std::string& warning : content->warnings) {
    attempt.report.warnings.push_back(std::move(warning));
  }
  if (!content->payload) return;
  const bool is_new = !payload_ || (payload_->sha256 != content->payload->sha256 &&
                                    payload_->fetched_at < content->payload->fetched_at);
  // Not in the same millisecond: that may have been before.
  const bool is_recent = content->payload->checked_at > attempt.began;
  if (is_new) {
    attempt.report.origin = content->payload->source;
    attempt.report.sha256 = content->payload->sha256;
    if (auto adopted = adopt(*std::move(content->payload)); !adopted) {
      attempt.report.warnings.push_back(to_string(adopted.error()));
      return;
    }
  }
  if (!is_recent) return;
  attempt.report.outcome = is_new ? UpdateOutcome::swapped : UpdateOutcome::unchanged;
  attempt.report.kept = true;
  attempt.done = true;
}

void Updater::fetch(Attempt& attempt, const std::stop_token& stop) {
  // What one source said does not matter to another.
  const bool same_source = payload_ && payload_->source == source_->describe();
  const Validators known = same_source && !attempt.ask_for_all
                               ? Validators{payload_->etag, payload_->last_modified}
                               : Validators{};
  FetchResult fetched = source_->fetch(known, stop);
  attempt.report.retry_after = fetched.retry_after;
  if (!fetched.payload) return attempt.fail(std::move(fetched.payload).error());
  Payload& payload = *fetched.payload;
  attempt.report.origin = payload.origin;
  if (payload.not_modified) {
    if (!known.etag.empty() || !known.last_modified.empty()) return confirm(attempt);
    return attempt.fail({Errc::http_status,
                         "the server says that nothing changed, but was not told what is known",
                         payload.origin,
                         {}});
  }
  attempt.payload.sha256 = sha256_of({payload.bytes});
  attempt.payload.bytes = std::move(payload.bytes);
  attempt.payload.source = source_->describe();
  attempt.payload.file_name = std::move(payload.file_name);
  attempt.payload.etag = std::move(payload.validators.etag);
  attempt.payload.last_modified = std::move(payload.validators.last_modified);
  attempt.payload.fetched_at = now();
  attempt.payload.checked_at = attempt.payload.fetched_at;
  attempt.report.sha256 = attempt.payload.sha256;
}

/// Has the new data read in full, and compares it with the old.
void Updater::judge(Attempt& attempt) {
  auto snapshot = parse_snapshot(attempt.payload.bytes, options_.cloud, options_.limits);
  if (!snapshot) {
    attempt.report.error = std::move(snapshot).error();
    attempt.report.reasons = {to_string(*attempt.report.error)};
    return refuse(attempt);
  }
  attempt.snapshot = *std::move(snapshot);
  const SnapshotPtr before = current_.get();
  if (!before || !payload_ || payload_->sha256 == attempt.payload.sha256) return;
  const DataOrigin origin = origin_of(attempt.payload);
  GateReport report =
      servicetags::judge(*before, origin_of(*payload_), *attempt.snapshot, origin, options_.gate);
  for (std::string& warning : report.warnings) {
    attempt.report.warnings.push_back(std::move(warning));
  }
  if (report.accepted()) return;
  // Perhaps it is the data before that should not have been accepted.
  if (options_.cache && !report.rollback) {
    if (const auto previous = options_.cache->read_previous(options_.limits.max_bytes)) {
      const auto older = parse_snapshot(previous->bytes, options_.cloud, options_.limits);
      if (older && servicetags::judge(**older, origin_of(*previous), *attempt.snapshot, origin,
                                      options_.gate)
                       .accepted()) {
        attempt.report.warnings.push_back(
            "accepted as plausible after the data before the last, "
            "though " +
            report.reasons.front());
        return;
      }
    }
  }
  attempt.report.reasons = std::move(report.reasons);
  refuse(attempt);
}

void Updater::refuse(Attempt& attempt) {
  attempt.report.outcome = UpdateOutcome::refused;
  attempt.done = true;
  if (!attempt.lock) return;
  std::string text =
      "From: " + attempt.report.origin + "\nSHA-256: " + attempt.payload.sha256 + "\n";
  for (const std::string& reason : attempt.report.reasons) text += "Refused: " + reason + "\n";
  if (auto kept = options_.cache->write_refused(attempt.payload.bytes, text); !kept) {
    attempt.report.warnings.push_back(to_string(kept.error()));
  }
}

void Updater::install(Attempt& attempt) {
  const bool same_bytes = payload_ && payload_->sha256 == attempt.payload.sha256;
  if (attempt.lock) {
    auto written = options_.cache->write(attempt.payload);
    attempt.report.kept = static_cast<bool>(written);
    if (!written) {
      attempt.report.warnings.push_back("nothing is kept on disk: " + to_string(written.error()));
    }
  }
  if (attempt.report.kept && !same_bytes) options_.cache->remove_refused();
  attempt.report.outcome = same_bytes ? UpdateOutcome::unchanged : UpdateOutcome::swapped;
  if (!same_bytes) current_.set(attempt.snapshot);
  payload_ = std::move(attempt.payload);
  payload_->bytes.clear();
  attempt.done = true;
}

/// The source has what is current already.
void Updater::confirm(Attempt& attempt) {
  payload_->checked_at = now();
  attempt.report.sha256 = payload_->sha256;
  attempt.report.outcome = UpdateOutcome::unchanged;
  attempt.done = true;
  if (!attempt.lock) return;
  auto written = options_.cache->confirm(payload_->checked_at);
  attempt.report.kept = static_cast<bool>(written);
  if (!written) attempt.report.warnings.push_back(to_string(written.error()));
}

UpdateReport Updater::accept(std::string_view sha256) {
  constexpr std::size_t kLeastDigits = 12;
  Attempt attempt;
  attempt.began = now();
  attempt.report.before = current_.get();
  attempt.report.after = attempt.report.before;
  const auto fail = [&](Errc code, std::string message) {
    attempt.fail({code, std::move(message), {}, {}});
    return std::move(attempt.report);
  };
  if (!options_.cache) return fail(Errc::no_data, "without a cache no refused data is kept");
  auto lock = options_.cache->lock();
  if (!lock) return fail(lock.error().code, to_string(lock.error()));
  attempt.lock.emplace(*std::move(lock));
  const std::string path = options_.cache->refused_path().string();
  auto bytes = read_file(path, options_.limits.max_bytes);
  if (!bytes) return fail(Errc::no_data, "no refused data is kept: " + to_string(bytes.error()));
  attempt.payload.sha256 = sha256_of({*bytes});
  if (sha256.size() < kLeastDigits || !attempt.payload.sha256.starts_with(sha256)) {
    return fail(Errc::invalid_argument, "the data in " + path + " has the SHA-256 " +
                                            attempt.payload.sha256 +
                                            "; give at least 12 of its first digits");
  }
  auto snapshot = parse_snapshot(*bytes, options_.cloud, options_.limits);
  if (!snapshot) return fail(snapshot.error().code, to_string(snapshot.error()));
  attempt.snapshot = *std::move(snapshot);
  attempt.payload.bytes = *std::move(bytes);
  attempt.payload.source = source_->describe();
  attempt.payload.fetched_at = now();
  attempt.payload.checked_at = attempt.payload.fetched_at;
  attempt.report.sha256 = attempt.payload.sha256;
  attempt.report.origin = path;
  install(attempt);
  attempt.report.after = current_.get();
  if (attempt.report.before) {
    attempt.report.changes = diff(*attempt.report.before, *attempt.report.after);
  }
  return std::move(attempt.report);
}

}  // namespace servicetags
