#include "verify.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "shell.hpp"

namespace servicetags::cli {
namespace {

/// How one format is checked. The script finds the rules in a file of the format's name.
struct Checker {
  std::string_view format;
  std::string_view program;
  std::string_view script;
  std::string_view also_needs = {};  ///< a format whose file the script reads as well
  bool in_namespace = false;
};

constexpr std::string_view kSquid =
    "printf '%s\\n' 'visible_hostname proxy.example' 'http_port 127.0.0.1:3128' | cat - squid > "
    "squid.conf && squid -k parse -f squid.conf";
constexpr std::string_view kHaproxy =
    "printf '%s\\n' 'defaults' '  mode http' '  timeout connect 1s' '  timeout client 1s' "
    "'  timeout server 1s' 'frontend check' '  bind 127.0.0.1:9' "
    "'  http-request deny unless { hdr(host),map_reg(haproxy) -m found }' > haproxy.cfg && "
    "haproxy -c -f haproxy.cfg";

constexpr std::array<Checker, 10> kCheckers{{
    {"haproxy", "haproxy", kHaproxy},
    {"ip6tables", "ip6tables-restore", "ipset restore -f ipset && ip6tables-restore ip6tables",
     "ipset", true},
    {"ipset", "ipset", "ipset restore -f ipset", {}, true},
    {"iptables", "iptables-restore", "ipset restore -f ipset && iptables-restore iptables", "ipset",
     true},
    {"nftables", "nft", "nft -f nftables", {}, true},
    {"nsg-bicep", "bicep", "bicep build --stdout nsg-bicep > template.json"},
    {"nsg-terraform", "terraform",
     "mv nsg-terraform rules.tf && terraform fmt -write=false -list=false rules.tf"},
    {"pf", "pfctl", "pfctl -n -f pf"},
    {"squid", "squid", kSquid},
    {"windows", "pwsh",
     "pwsh -NoProfile -Command '[void][scriptblock]::Create((Get-Content -Raw windows))'"},
}};

/// The first lines of what a checker said.
std::string beginning(const std::string& text) {
  constexpr std::size_t kMost = 600;
  return text.size() <= kMost ? text : text.substr(0, kMost) + " ...";
}

}  // namespace

Result<Verified> verify(const RuleSet& rules, std::string_view format,
                        const WriteOptions& options) {
  const auto* checker = std::find_if(kCheckers.begin(), kCheckers.end(),
                                     [&](const Checker& c) { return c.format == format; });
  if (checker == kCheckers.end()) return Verified{false, "no checker is known for this format"};
  const std::string program(checker->program);
  if (!is_installed(program)) return Verified{false, program + " is not installed"};
  auto folder = TempFolder::make();
  if (!folder) return std::move(folder).error();
  for (const std::string_view needed : {checker->format, checker->also_needs}) {
    if (needed.empty()) continue;
    auto text = write_rules(rules, needed, options);
    if (!text) return std::move(text).error();
    if (auto done = folder->write(std::string(needed), *text); !done) return done.error();
  }
  std::string script(checker->script);
  if (checker->in_namespace) {
    // A user's own namespace would do, but for the kernel's limits on the size of messages.
    if (geteuid() != 0) return Verified{false, program + " needs root"};
    if (auto done = folder->write("script", script); !done) return done.error();
    script = "unshare -n sh -e script";
  }
  auto result = run_shell(script, *folder);
  if (!result) return std::move(result).error();
  if (result->status == 0) return Verified{true, "accepted by " + program};
  return Error{Errc::not_expressible,
               program + " refuses the rules: " + beginning(result->output),
               std::string(format),
               {}};
}

}  // namespace servicetags::cli
