// redshift-pipe: the engine of the connector as a program.
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstdio>
#include <string>

#include "cli/clean.h"
#include "cli/option_flags.h"
#include "engine/option/options.h"

namespace redshift {
namespace {

constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;

int Complain(const arrow::Status& status, int exit_code) {
  fmt::print(stderr, "redshift-pipe: {}\n", status.message());
  return exit_code;
}

/// The flags of `clean`, as given.
struct CleanFlags {
  std::string older_than;
  std::string options_file;
  GivenOptions given;
  CleanRequest request;
};

void DescribeClean(CLI::App* clean, CleanFlags* flags) {
  clean
      ->add_option("--older-than", flags->older_than,
                   "Only what is at least so old, by S3's clock: 30d, 12 h. Choose it longer than any\n"
                   "savepoint or checkpoint is kept that may still be resumed, and than any stop of a\n"
                   "job: what they still need would be lost, and its rows with it")
      ->type_name("DURATION")
      ->required();
  clean->add_flag("--yes", flags->request.yes,
                  "Delete, and abort unfinished uploads; without it they are listed");
  clean->add_flag("-l,--long", flags->request.long_lines,
                  "Lines have size, age and address, with tabs between; without it the address alone");
  clean
      ->add_option("--options", flags->options_file,
                   "File with the options of a table, one a line: key = value, key: value, or as after\n"
                   "WITH in SQL. '-' is standard input. Secrets are better here than in flags, which\n"
                   "everybody on this machine can read. What a flag says counts, not the file")
      ->type_name("FILE");
  AddStorageFlags(clean, &flags->given);
  clean->footer(
      "Looks under s3-uri for staged files, manifests, staged reject files and unfinished uploads, by the "
      "form\n"
      "of their keys. Published reject files (s3-uri/rejected/) and whatever else lies there are left "
      "alone.\n"
      "One line each goes to standard output, a summary to standard error.\n\n"
      "Without aws.credentials.* the keys come from the environment (AWS_ACCESS_KEY_ID and so on), the "
      "profile\n"
      "or the machine, as for AWS's own tools.\n\n"
      "Exit codes: 0 done; 1 S3 refused or did not answer, and what was not deleted is still there; 2 wrong "
      "usage.");
}

int RunClean(CleanFlags* flags) {
  auto age = ParseAge(flags->older_than);
  if (!age.ok()) {
    return Complain(age.status().WithMessage("--older-than = '", flags->older_than,
                                             "' is not valid: ", age.status().message()),
                    kWrongUsage);
  }
  flags->request.older_than = *age;
  if (!flags->options_file.empty()) {
    auto from_file = ReadOptionsFile(flags->options_file);
    if (!from_file.ok()) return Complain(from_file.status(), kWrongUsage);
    flags->given.merge(*from_file);  // keeps what is there
  }
  const auto options = Options::ParseForStorage(flags->given);
  if (!options.ok()) return Complain(options.status(), kWrongUsage);
  const arrow::Status status = Clean(flags->request, *options, stdout, stderr);
  return status.ok() ? 0 : Complain(status, kFailed);
}

int Main(int argc, char** argv) {
  CLI::App app("Moves rows between files on S3 and Amazon Redshift, and looks after what lies there.",
               "redshift-pipe");
  app.set_version_flag("--version", "redshift-pipe " REDSHIFT_PIPE_VERSION);
  app.require_subcommand(1);
  CleanFlags flags;
  CLI::App* clean =
      app.add_subcommand("clean", "Lists, and with --yes deletes, what sinks staged on S3 and left behind.");
  DescribeClean(clean, &flags);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kWrongUsage;
  }
  return RunClean(&flags);
}

}  // namespace
}  // namespace redshift

int main(int argc, char** argv) {
  return redshift::Main(argc, argv);
}
