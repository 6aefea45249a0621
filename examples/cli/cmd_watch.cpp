// servicetags watch: the cache kept up to date until told to stop.
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <optional>
#include <utility>

#include "diff_text.hpp"
#include "refresh.hpp"
#include "servicetags/refresher.hpp"
#include "shell.hpp"

namespace servicetags::cli {
namespace {

struct WatchOptions {
  RefreshOptions refresh;
  RefreshPolicy policy;
  std::string on_change;
  bool once = false;
};

/// Gives the difference to the command, and passes on what that says.
void run_on_change(Context& context, const std::string& command, const UpdateReport& report) {
  auto folder = TempFolder::make();
  if (!folder) return tell(context.out, to_string(folder.error()));
  const std::string changes =
      diff_json(report.changes, *report.before, "before", *report.after, report.origin) + "\n";
  auto result = run_shell(command, *folder, changes);
  if (!result) return tell(context.out, to_string(result.error()));
  context.out.flush();
  std::fputs(printable_lines(result->output).c_str(), stderr);
  if (result->status != 0) {
    tell(context.out, "the command ended with " + std::to_string(result->status));
  }
}

void on_report(Context& context, const WatchOptions& options, const UpdateReport& report) {
  tell_report(context, report);
  if (context.format == Format::json || context.format == Format::jsonl) {
    context.out.line(report_json(report));
    context.out.flush();
  }
  const bool changed = report.before && !report.changes.empty();
  if (changed && !options.on_change.empty()) run_on_change(context, options.on_change, report);
}

int run_watch(Context& context, const WatchOptions& options) {
  auto updater = make_updater(context, options.refresh);
  if (!updater) return fail(context, updater.error());
  boost::asio::io_context events;
  std::optional<UpdateOutcome> last;
  std::optional<Refresher> refresher;
  boost::asio::signal_set signals(events, SIGINT, SIGTERM);
  const auto stop = [&] {
    refresher->stop();
    signals.cancel();
  };
  refresher.emplace(events.get_executor(), *std::move(updater), options.policy,
                    [&](const UpdateReport& report) {
                      last = report.outcome;
                      on_report(context, options, report);
                      if (options.once) stop();
                    });
  boost::asio::signal_set again(events, SIGHUP);
  std::function<void()> wait_for_hangup = [&] {
    again.async_wait([&](const boost::system::error_code& error, int) {
      if (error) return;
      refresher->refresh_now();
      wait_for_hangup();
    });
  };
  wait_for_hangup();
  signals.async_wait([&](const boost::system::error_code& error, int) {
    if (!error) refresher->stop();
    again.cancel();
  });
  refresher->start();
  events.run();
  if (!options.once) return kDone;
  return last == UpdateOutcome::swapped || last == UpdateOutcome::unchanged ? kDone
                                                                            : kRefreshFailed;
}

}  // namespace

void add_watch(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("watch", "Keep the cached data up to date");
  auto options = std::make_shared<WatchOptions>();
  add_refresh_options(*command, options->refresh);
  add_duration(*command, "--every", "How often; 6h unless given", options->policy.interval);
  add_duration(*command, "--jitter", "And up to this much later; 30m unless given",
               options->policy.jitter);
  command->add_option("--on-change", options->on_change,
                      "Shell command to run after each change; it reads the difference as JSON");
  command->add_flag("--once", options->once, "Stop after one attempt");
  command->footer(
      "After a failure it tries again after 1 minute, then 2, 4 and so on up to 2 hours, and\n"
      "never before the server wants. SIGHUP refreshes at once; SIGINT and SIGTERM end it.\n"
      "With -o jsonl each attempt is a line on standard output.\n\n"
      "Examples:\n"
      "  servicetags watch --every 6h --jitter 30m\n"
      "  servicetags watch --once --on-change 'mail -s \"service tags\" ops@example.com'");
  command->callback([&context, options] {
    context.command = [&context, options] { return run_watch(context, *options); };
  });
}

}  // namespace servicetags::cli
