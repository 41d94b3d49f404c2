#include "cli/clean.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "engine/file/leftovers.h"
#include "engine/option/option_value.h"

namespace redshift {

namespace {

constexpr int64_t kProgressEvery = 100'000;

std::string Size(int64_t bytes) {
  constexpr const char* kUnits[] = {"KB", "MB", "GB", "TB", "PB"};
  if (bytes < 1024) return fmt::format("{} B", bytes);
  auto size = static_cast<double>(bytes) / 1024;
  size_t unit = 0;
  for (; size >= 1024 && unit + 1 < std::size(kUnits); ++unit) size /= 1024;
  return fmt::format("{:.1f} {}", size, kUnits[unit]);
}

std::string Age(std::chrono::seconds age) {
  using namespace std::chrono;  // NOLINT(google-build-using-namespace): units
  if (age >= days(2)) return fmt::format("{} d", duration_cast<days>(age).count());
  if (age >= hours(2)) return fmt::format("{} h", duration_cast<hours>(age).count());
  if (age >= minutes(2)) return fmt::format("{} min", duration_cast<minutes>(age).count());
  return fmt::format("{} s", age.count());
}

std::string Line(const Leftover& leftover, bool long_line) {
  std::string address = leftover.url;
  if (!leftover.upload.empty()) address += "?uploadId=" + leftover.upload;
  if (!long_line) return address + "\n";
  return fmt::format("{}\t{}\t{}\n", leftover.upload.empty() ? Size(leftover.bytes) : "unfinished",
                     Age(leftover.age), address);
}

struct Total {
  int64_t files = 0;
  int64_t bytes = 0;
  int64_t uploads = 0;
  int64_t looked_at = 0;
  std::chrono::seconds oldest{0};

  void Add(const std::vector<Leftover>& leftovers) {
    for (const Leftover& leftover : leftovers) {
      ++(leftover.upload.empty() ? files : uploads);
      bytes += leftover.bytes;
      oldest = std::max(oldest, leftover.age);
    }
  }
  int64_t count() const { return files + uploads; }
  std::string Text() const {
    return fmt::format("{} {} ({}) and {} unfinished {}", files, files == 1 ? "file" : "files", Size(bytes),
                       uploads, uploads == 1 ? "upload" : "uploads");
  }
};

/// One run of the command.
class Cleaning {
 public:
  Cleaning(const CleanRequest& request, const Options& options, std::FILE* out, std::FILE* err)
      : request_(request),
        place_("s3://" + options.s3_bucket() +
               (options.s3_prefix().empty() ? "" : "/" + options.s3_prefix())),
        out_(out),
        err_(err) {}

  arrow::Status Run(LeftoverSearch* search) {
    if (request_.yes) {
      Say("Deleting what sinks staged under {} at least {} ago. A job that was stopped for longer cannot be "
          "resumed without losing rows.",
          place_, ToString(request_.older_than));
    }
    arrow::Status status = Search(search);
    if (!status.ok()) {
      if (request_.yes) Say("{} deleted before this error:", total_.Text());
      return status;
    }
    Summarize();
    return arrow::Status::OK();
  }

 private:
  arrow::Status Search(LeftoverSearch* search) {
    while (true) {
      ARROW_ASSIGN_OR_RAISE(const auto page, search->Next());
      if (!page) return Flushed();
      std::vector<Leftover> removed;
      const arrow::Status outcome =
          request_.yes ? search->Remove(page->leftovers, &removed) : arrow::Status::OK();
      const std::vector<Leftover>& handled = request_.yes ? removed : page->leftovers;
      total_.Add(handled);
      for (const Leftover& leftover : handled) {
        const std::string line = Line(leftover, request_.long_lines);
        std::fwrite(line.data(), 1, line.size(), out_);
      }
      ARROW_RETURN_NOT_OK(outcome & Flushed());
      const int64_t before = total_.looked_at;
      total_.looked_at += page->looked_at;
      if (before / kProgressEvery != total_.looked_at / kProgressEvery) {
        Say("... {} objects looked at; {}{}", total_.looked_at, request_.yes ? "deleted: " : "",
            total_.Text());
      }
    }
  }

  arrow::Status Flushed() const {
    if (std::fflush(out_) == 0 && std::ferror(out_) == 0) return arrow::Status::OK();
    return arrow::Status::IOError("cannot write the list: ", std::strerror(errno));
  }

  void Summarize() const {
    const std::string age = ToString(request_.older_than);
    if (total_.count() == 0) {
      Say("Nothing under {} that a sink staged at least {} ago ({} objects looked at).", place_, age,
          total_.looked_at);
    } else if (request_.yes) {
      Say("Deleted: {} under {}.", total_.Text(), place_);
    } else {
      Say("{} under {}, staged at least {} ago, the oldest {} ago. Nothing was deleted; --yes deletes them.\n"
          "They hold rows that a savepoint or checkpoint of before may still need: give an age longer than "
          "any that you keep, and than any stop of a job.",
          total_.Text(), place_, age, Age(total_.oldest));
    }
  }

  template <typename... Args>
  void Say(fmt::format_string<Args...> format, Args&&... args) const {
    fmt::print(err_, "{}\n", fmt::format(format, std::forward<Args>(args)...));
  }

  const CleanRequest& request_;
  const std::string place_;
  std::FILE* const out_;
  std::FILE* const err_;
  Total total_;
};

}  // namespace

arrow::Result<std::chrono::milliseconds> ParseAge(const std::string& text) {
  if (text.find_first_not_of("0123456789 \t") == std::string::npos) {
    return arrow::Status::Invalid("it has no unit, such as d or h");
  }
  return ParseDuration(text);
}

arrow::Status Clean(const CleanRequest& request, const Options& options, std::FILE* out, std::FILE* err) {
  ARROW_ASSIGN_OR_RAISE(const auto search, LeftoverSearch::Open(options, {}, request.older_than));
  return Cleaning(request, options, out, err).Run(search.get());
}

}  // namespace redshift
