// Lines of a log with the service tags of their addresses added. All other bytes stay.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "log_text.hpp"
#include "servicetags/snapshot.hpp"

namespace servicetags::cli {

struct AnnotateOptions {
  LogFormat format = LogFormat::text;
  std::size_t column = 0;              ///< csv, tsv: which, from 0
  std::vector<std::string> json_path;  ///< jsonl: keys, from the outermost
};

/// How often something was seen.
struct AnnotateCounts {
  std::uint64_t addresses = 0;
  std::uint64_t unmatched = 0;   ///< addresses in no tag
  std::uint64_t unreadable = 0;  ///< lines without an address where one should be
  std::unordered_map<std::string, std::uint64_t> tags;
  std::unordered_map<std::string, std::uint64_t> regions;

  void add(const AnnotateCounts& more);
};

/// Adds four fields: all tags, separated by blanks, most specific prefix first; the most
/// specific tag; its region; the most specific prefix. They are empty where there is no
/// address, or no tag.
///
///     csv, tsv  at the end of the record
///     jsonl     before the object's last brace, tags as an array
///     text      behind each address that is in a tag, in brackets
///
/// The most specific tag is, of those with the most specific prefix, the one with the fewest
/// prefixes: Storage.EastUS rather than AzureCloud. Keeps what it has answered, so is for one
/// thread at a time; memory is bounded by the snapshot's prefixes.
class Annotator {
 public:
  /// `snapshot` must outlive it.
  Annotator(const Snapshot& snapshot, AnnotateOptions options);

  /// Appends the lines of `block`, with what is added, to `out`.
  void annotate(std::string_view block, std::string& out);
  [[nodiscard]] AnnotateCounts counts() const;

 private:
  /// What is said of the addresses whose longest match is one prefix.
  struct Found {
    std::string added;  ///< in the log's format
    std::vector<const Tag*> tags;
    std::string_view region;
    std::uint64_t count = 0;
  };
  struct Recent {
    Address address;
    Found* found = nullptr;
    bool is_set = false;
  };

  void annotate_records(std::string_view block, std::string& out);
  void annotate_json(std::string_view block, std::string& out);
  void annotate_text(std::string_view block, std::string& out);
  const std::string& added_for(std::string_view field);
  Found* find(const Address& address);
  Found make_found(const Matches& matches) const;
  std::string added_text(const Found& found, const Tag& best, const Prefix& prefix) const;

  const Snapshot& snapshot_;
  const AnnotateOptions options_;
  std::string nothing_;                        ///< what is added where there is no tag
  std::vector<std::unique_ptr<Found>> found_;  // by Matches::prefix_id()
  std::vector<Recent> recent_;                 // by a hash of the address
  AnnotateCounts counts_;
};

/// The names of the four fields, in order.
inline constexpr std::array<std::string_view, 4> kAnnotatedFields{
    "service_tags", "service_tag", "service_tag_region", "service_tag_prefix"};

}  // namespace servicetags::cli
