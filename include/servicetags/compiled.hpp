/// A snapshot as a file that is ready to answer as soon as it is opened.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "servicetags/snapshot.hpp"

namespace servicetags {

/// How a compiled snapshot comes into memory.
enum class Opening : std::uint8_t {
  /// Mapped: processes share it, and pages come as they are asked for. The file must not be
  /// written to or cut while it is in use; replacing it by renaming another is safe.
  map,
  /// Copied, so that the file may change.
  copy,
};

/// What is asked of a compiled snapshot.
struct OpenOptions {
  Opening opening = Opening::map;
  /// Whether the checksum and every reference inside are checked. Without, opening costs the
  /// same for any size, and a damaged or hostile file may crash the process: only for files
  /// that this process's user alone can have written.
  bool checked = true;
  /// When given, data of another cloud is refused; data that does not say its cloud is taken
  /// at the caller's word.
  std::optional<Cloud> cloud{};
  /// SHA-256, in hexadecimal digits, of the JSON text that it must come from; or empty.
  std::string source_sha256{};
};

/// The bytes of a compiled snapshot: the same for equal snapshots. `source_sha256`, 64
/// hexadecimal digits of the JSON text that the snapshot was made of, is kept in it.
///
///     | head, 1 KiB: version, byte order, sizes, checksum | arrays, each from a multiple of
///     128 bytes: the lookup tables, the sets of tags, the prefixes, the tags' own texts |
///
/// It is for one byte order, and for the version that wrote it. Between versions and machines
/// of other byte orders, exchange the JSON.
std::string compile(const Snapshot& snapshot, std::string_view source_sha256 = {});

/// Writes them to a file, which is replaced whole.
/// Errors: io_failed; what was there before is there still.
Result<void> write_compiled(const Snapshot& snapshot, const std::string& path,
                            std::string_view source_sha256 = {});

/// Whether these bytes begin as a compiled snapshot does.
bool looks_compiled(std::string_view bytes) noexcept;
/// Whether this is a regular file, and begins so.
bool is_compiled(const std::string& path);

/// Opens what compile() gave. Lookups are ready at once; names and lists of prefixes are read on
/// first use: those of the first few tags that match one by one, in less than a tenth of a
/// millisecond each; those of all, in about two.
/// Errors: io_failed; malformed_snapshot when it is damaged, of another version or byte order,
///         not from `source_sha256`, or not a compiled snapshot at all; wrong_cloud. Each
///         names the path.
Result<SnapshotPtr> open_compiled(const std::string& path, const OpenOptions& options = {});

/// The same from bytes in memory, such as a message's, which are copied.
Result<SnapshotPtr> read_compiled(std::string_view bytes, const OpenOptions& options = {});

}  // namespace servicetags
