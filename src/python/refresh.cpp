#include "servicetags/refresher.hpp"

#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <boost/asio/io_context.hpp>

#include <cmath>
#include <future>
#include <mutex>
#include <thread>

#include "convert.hpp"
#include "servicetags/cached_snapshot.hpp"
#include "servicetags/freshness.hpp"
#include "snapshot.hpp"

namespace servicetags::python {
namespace {

/// A field of a dataclass of servicetags._sources. Throws TypeError, which names it.
template <typename T>
T field(nb::handle object, const char* name) {
  try {
    return nb::cast<T>(object.attr(name));
  } catch (const nb::cast_error&) {
    const std::string kind = nb::type_name(object.type()).c_str();
    const std::string value = nb::repr(object.attr(name)).c_str();
    throw nb::type_error((kind + "." + name + " cannot be " + value).c_str());
  }
}
/// A timedelta, or seconds.
std::chrono::milliseconds duration(nb::handle object, const char* name) {
  const nb::object value = object.attr(name);
  const double seconds = nb::hasattr(value, "total_seconds")
                             ? nb::cast<double>(value.attr("total_seconds")())
                             : field<double>(object, name);
  if (!(seconds >= 0)) throw nb::value_error((std::string(name) + " cannot be negative").c_str());
  return std::chrono::milliseconds(std::llround(seconds * 1000));
}

HttpOptions to_http(nb::handle options) {
  HttpOptions http;
  http.connect_timeout = duration(options, "connect_timeout");
  http.total_timeout = duration(options, "timeout");
  http.max_bytes = field<std::size_t>(options, "max_bytes");
  http.allowed_hosts = field<std::vector<std::string>>(options, "allowed_hosts");
  http.allow_http_to_loopback = field<bool>(options, "allow_http_to_loopback");
  http.proxy = field<std::string>(options, "proxy");
  http.ca_file = field<std::string>(options, "ca_file");
  return http;
}

std::unique_ptr<Source> download_source(Cloud cloud, nb::handle source, HttpOptions http) {
  DownloadOptions options{.cloud = cloud, .http = std::move(http)};
  if (nb::object base = source.attr("page_base"); !base.is_none()) {
    options.page_base = nb::cast<std::string>(base);
  }
  if (nb::object base = source.attr("file_base"); !base.is_none()) {
    options.file_base = nb::cast<std::string>(base);
  }
  return make_download_source(std::move(options));
}

std::unique_ptr<Source> discovery_source(Cloud cloud, nb::handle source, HttpOptions http) {
  DiscoveryOptions options{.cloud = cloud, .http = std::move(http)};
  options.base = field<std::string>(source, "base");
  options.subscription = field<std::string>(source, "subscription");
  options.location = field<std::string>(source, "location");
  options.api_version = field<std::string>(source, "api_version");
  options.token = field<std::string>(source, "token");
  options.token_command = field<std::string>(source, "token_command");
  options.identity_base = field<std::string>(source, "identity_base");
  return make_discovery_source(std::move(options));
}

/// One of servicetags._sources, by its `kind`.
std::unique_ptr<Source> to_source(Cloud cloud, nb::handle source, HttpOptions http) {
  const auto kind = field<std::string>(source, "kind");
  if (kind == "download") return download_source(cloud, source, std::move(http));
  if (kind == "api") return discovery_source(cloud, source, std::move(http));
  if (kind == "url") return make_url_source(field<std::string>(source, "url"), std::move(http));
  return make_file_source(field<std::string>(source, "path"), http.max_bytes);
}

GatePolicy to_gate(nb::handle policy) {
  return {.max_prefix_loss = field<double>(policy, "max_prefix_loss"),
          .max_tag_loss = field<double>(policy, "max_tag_loss"),
          .max_watched_loss = field<double>(policy, "max_watched_loss"),
          .watched = field<std::vector<std::string>>(policy, "watched"),
          .allow_rollback = field<bool>(policy, "allow_rollback")};
}

std::optional<Cache> cache_in(const std::optional<std::string>& folder, Cloud cloud) {
  return folder ? std::optional(Cache(*folder, std::string(to_string(cloud)))) : std::nullopt;
}

/// What keeps data current, as both latest() and Refresher are given it.
struct PyUpdater {
  std::unique_ptr<Updater> updater;
  std::vector<std::string> warnings;
};

PyUpdater make_updater(const std::string& cloud_name, nb::handle source, nb::handle http,
                       nb::handle gate, const std::optional<std::string>& folder) {
  const Cloud cloud = unwrap(parse_cloud(cloud_name));
  UpdateOptions options{.cloud = cloud, .cache = cache_in(folder, cloud), .gate = to_gate(gate)};
  PyUpdater made{
      std::make_unique<Updater>(to_source(cloud, source, to_http(http)), std::move(options)), {}};
  const nb::gil_scoped_release released;
  auto warnings = made.updater->open();
  // What is kept cannot be read: new data is all the more welcome.
  made.warnings = warnings ? *std::move(warnings) : std::vector{to_string(warnings.error())};
  return made;
}

/// Runs in another thread what may take long, so that Ctrl+C is seen meanwhile.
template <typename Work>
UpdateReport interruptibly(const Work& work) {
  std::stop_source stop;
  const nb::gil_scoped_release released;
  auto report = std::async(std::launch::async, [&] { return work(stop.get_token()); });
  while (report.wait_for(std::chrono::milliseconds(50)) != std::future_status::ready) {
    const nb::gil_scoped_acquire acquired;
    if (PyErr_CheckSignals() == 0) continue;
    stop.request_stop();
    const nb::gil_scoped_release ending;
    report.wait();
    const nb::gil_scoped_acquire raising;
    throw nb::python_error();
  }
  return report.get();
}

nb::object make_snapshot(const SnapshotPtr& snapshot) {
  if (!snapshot) return nb::none();
  return nb::module_::import_("servicetags").attr("Snapshot")(Handle{snapshot});
}

nb::object from_report(const UpdateReport& report, const nb::object& before,
                       const nb::object& after) {
  const bool compared = report.outcome == UpdateOutcome::swapped && report.before;
  return value_class("Update")(text(to_string(report.outcome)), after, before,
                               compared ? from_snapshot_diff(report.changes) : nb::none(),
                               report.error ? from_error(*report.error) : nb::none(),
                               texts_of(report.reasons), texts_of(report.warnings),
                               text_or_none(report.origin), text_or_none(report.sha256),
                               report.kept);
}

nb::object update(PyUpdater& self) {
  const UpdateReport report =
      interruptibly([&](const std::stop_token& stop) { return self.updater->update(stop); });
  return from_report(report, make_snapshot(report.before), make_snapshot(report.after));
}

RefreshPolicy to_policy(nb::handle policy) {
  return {.interval = duration(policy, "interval"),
          .jitter = duration(policy, "jitter"),
          .first_retry = duration(policy, "first_retry"),
          .max_retry = duration(policy, "max_retry")};
}

/// What a refresher's events need, as long as one is handled.
class Events {
 public:
  Events(std::unique_ptr<Updater> updater, RefreshPolicy policy, nb::object on_update)
      : on_update_(std::move(on_update)),
        refresher_(context_.get_executor(), std::move(updater), policy,
                   [this](const UpdateReport& report) { tell(report); }) {}
  ~Events() {
    refresher_.stop();
    const nb::gil_scoped_acquire acquired;
    forget();
    known_object_.reset();
    told_object_.reset();
  }
  Events(const Events&) = delete;
  Events& operator=(const Events&) = delete;

  Refresher& refresher() { return refresher_; }
  void run() { context_.run(); }
  /// Lets go of the callback. Under the GIL.
  void forget() { const nb::object callback = std::move(on_update_); }

  /// The servicetags.Snapshot of one that is current, the same object until another is; or
  /// None. Under the GIL.
  nb::object object_of(const SnapshotPtr& snapshot) {
    const nb::ft_lock_guard lock(mutex_);
    if (known_object_.is_valid() && snapshot == known_) return known_object_;
    nb::object made = make_snapshot(snapshot);
    known_ = snapshot;
    std::swap(known_object_, made);  // the old one goes when both are the new one's
    return known_object_;
  }

 private:
  void tell(const UpdateReport& report) {
    const nb::gil_scoped_acquire acquired;
    const nb::object callback = on_update_;  // which may stop the refresher
    if (!callback.is_valid()) return;
    try {
      const nb::object before =
          report.before == told_ ? told_object_ : make_snapshot(report.before);
      told_object_ = object_of(report.after);
      told_ = report.after;
      callback(from_report(report, before, told_object_));
    } catch (nb::python_error& error) {
      error.discard_as_unraisable(callback);
    }
  }

  nb::ft_mutex mutex_;
  nb::object on_update_;
  SnapshotPtr known_;  // what known_object_ is of
  nb::object known_object_;
  SnapshotPtr told_;  // current after the last event; for events alone
  nb::object told_object_ = nb::none();
  boost::asio::io_context context_;
  Refresher refresher_;
};

/// A Refresher, with a thread that handles its events.
class PyRefresher {
 public:
  PyRefresher(PyUpdater& updater, nb::handle policy, nb::object on_update)
      : events_(std::make_shared<Events>(std::move(updater.updater), to_policy(policy),
                                         std::move(on_update))) {}
  ~PyRefresher() {
    stop();
    // Only when an event's own handler has let go of the refresher: the thread ends with it.
    if (thread_.joinable()) thread_.detach();
  }
  PyRefresher(const PyRefresher&) = delete;
  PyRefresher& operator=(const PyRefresher&) = delete;

  void start() {
    if (thread_.joinable()) return;
    events_->refresher().start();
    thread_ = std::thread([events = events_] { events->run(); });
  }
  void refresh_now() { events_->refresher().refresh_now(); }
  /// Under the GIL, which is released: a handler of events may be waiting for it.
  void stop() {
    {
      const nb::gil_scoped_release released;
      events_->refresher().stop();
      const std::lock_guard lock(join_mutex_);
      // A handler that stops its own refresher is what the thread still has to finish.
      if (thread_.joinable() && thread_.get_id() != std::this_thread::get_id()) thread_.join();
    }
    events_->forget();
  }
  nb::object snapshot() { return events_->object_of(events_->refresher().current().get()); }

 private:
  std::shared_ptr<Events> events_;
  std::mutex join_mutex_;
  std::thread thread_;
};

double seconds_since_1970(Timestamp time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

/// The snapshot that a cache has, when it was last known to be current, and warnings.
nb::tuple load_kept(const std::string& folder, const std::string& cloud_name) {
  const Cloud cloud = unwrap(parse_cloud(cloud_name));
  const Cache cache(folder, std::string(to_string(cloud)));
  const auto kept = [&] {
    const nb::gil_scoped_release released;
    return unwrap(load_cached(cache, cloud));
  }();
  return nb::make_tuple(make_snapshot(kept.snapshot), seconds_since_1970(kept.payload.checked_at),
                        texts_of(kept.warnings));
}

/// "3 days", "5 hours" ...
nb::str age_of(double seconds) {
  const std::chrono::duration<double> age(seconds);
  return text(
      age_text(Timestamp{}, Timestamp{std::chrono::duration_cast<std::chrono::milliseconds>(age)}));
}

nb::object default_cache_folder() {
  const auto folder = Cache::default_folder();
  return folder ? nb::object(text(folder->string())) : nb::none();
}

}  // namespace

void bind_refresh(nb::module_& module) {
  nb::class_<PyUpdater>(module, "Updater")
      .def("__init__",
           [](PyUpdater* self, const std::string& cloud, nb::handle source, nb::handle http,
              nb::handle gate, const std::optional<std::string>& folder) {
             new (self) PyUpdater(make_updater(cloud, source, http, gate, folder));
           })
      .def_prop_ro("warnings", [](const PyUpdater& self) { return texts_of(self.warnings); })
      .def("update", &update);
  nb::class_<PyRefresher>(module, "Refresher")
      .def("__init__",
           [](PyRefresher* self, PyUpdater& updater, nb::handle policy, nb::object on_update) {
             new (self) PyRefresher(updater, policy, std::move(on_update));
           })
      .def("start", &PyRefresher::start, nb::lock_self())
      .def("refresh_now", &PyRefresher::refresh_now)
      .def("stop", &PyRefresher::stop)
      .def("snapshot", &PyRefresher::snapshot, nb::lock_self());
  module.def("load_kept", &load_kept);
  module.def("age_text", &age_of);
  module.def("default_cache_folder", &default_cache_folder);
}

}  // namespace servicetags::python
