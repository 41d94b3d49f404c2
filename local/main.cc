// redshift-local: a stand-in for Amazon Redshift on one machine.
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "local/api/unverified.h"
#include "local/copy/access_rules.h"
#include "local/copy/unverified.h"
#include "local/dialect/unverified.h"
#include "local/server/program_error.h"
#include "local/server/server.h"
#include "local/session/error_mapping.h"
#include "local/session/login.h"

namespace redshift_local {
namespace {

/// Exit code after an orderly end that left faults behind which nobody met.
constexpr int kFaultsNeverFired = 3;

constexpr char kVersion[] = "redshift-local 0.1.0";

void DescribeOptions(CLI::App* app, ServerOptions* options) {
  app->set_version_flag("--version", kVersion);
  // Their values are described once, by the type.
  const CLI::Validator is_port = CLI::Range(0, 65535).description("");
  app->add_option("--port", options->port, "For SQL clients; 0 takes any free port")
      ->check(is_port)
      ->type_name("PORT")
      ->capture_default_str();
  auto* s3_port = app->add_option("--s3-port", options->s3_port,
                                  "Of the S3 server that is started, which is STS and IAM, too; 0 takes any")
                      ->check(is_port)
                      ->type_name("PORT")
                      ->capture_default_str();
  app->add_option("--api-port", options->api_port,
                  "Of the Redshift API, which issues temporary credentials; 0 takes any")
      ->check(is_port)
      ->type_name("PORT")
      ->capture_default_str();
  app->add_option("--s3-endpoint", options->s3_endpoint,
                  "Use this S3 server (http://host:port) and start none")
      ->check(CLI::Validator(
          [](const std::string& url) -> std::string {
            return url.starts_with("http://") || url.starts_with("https://")
                       ? ""
                       : "must begin with http:// or https://";
          },
          ""))
      ->type_name("URL")
      ->excludes(s3_port);
  auto* disk =
      app->add_option("--disk", options->disk_bytes,
                      "Room for the rows of all tables, such as 16mb, in memory; what does not fit is\n"
                      "refused with Disk Full. Takes root, or a kernel that gives users namespaces")
          ->transform(CLI::AsSizeValue(false).description(""))
          ->check(CLI::Range(uint64_t{1} << 20, uint64_t{1} << 40).description(""))
          ->type_name("SIZE");
  app->add_option("--data", options->data,
                  "Keep the database in this folder, and find it again at the next start")
      ->type_name("FOLDER")
      ->excludes(disk);
  app->add_option("--user", options->user, "The administrator")->type_name("NAME")->capture_default_str();
  app->add_option("--password", options->password, "The administrator's password")
      ->type_name("TEXT")
      ->capture_default_str();
  app->add_option("--database", options->database, "The database")->type_name("NAME")->capture_default_str();
  app->add_option("--bucket", options->bucket, "The bucket that exists from the start")
      ->type_name("NAME")
      ->capture_default_str();
  static const std::map<std::string, TlsMode> kTlsModes = {
      {"off", TlsMode::kOff}, {"allow", TlsMode::kAllow}, {"require", TlsMode::kRequire}};
  app->add_option_function<std::string>(
         "--tls", [options](const std::string& mode) { options->tls = kTlsModes.at(mode); },
         "off; allow: clients choose; require: without TLS they are refused, as by new clusters.\n"
         "The ready line's ca= is the root certificate for sslmode=verify-full")
      ->check(CLI::IsMember(kTlsModes).description("{off,allow,require}"))
      ->type_name("MODE")
      ->default_str("allow");
  app->add_option("--max-connections", options->max_connections,
                  "Sessions at a time; one more is refused with SQLSTATE 53300")
      ->check(CLI::Range(1, 2000).description(""))
      ->type_name("N")
      ->capture_default_str();
  static const std::map<std::string, Isolation> kIsolations = {{"snapshot", Isolation::kSnapshot},
                                                               {"serializable", Isolation::kSerializable}};
  app->add_option_function<std::string>(
         "--isolation", [options](const std::string& level) { options->isolation = kIsolations.at(level); },
         "Of databases that CREATE or ALTER DATABASE gave no other: snapshot, as new clusters have,\n"
         "or serializable, where cycles end in error 1023")
      ->check(CLI::IsMember(kIsolations).description("{snapshot,serializable}"))
      ->type_name("LEVEL")
      ->default_str("snapshot");
  app->add_option("--role", options->roles,
                  "A role and what it reaches in S3: ARN=s3://bucket/prefix, or for a chain of roles\n"
                  "ARN,ARN=s3://bucket/prefix. May be repeated. Once given, COPY, S3 and STS refuse all\n"
                  "other roles and unknown access keys")
      ->check(CLI::Validator(
          [](const std::string& role) -> std::string { return ParseRoleGrant(role).status().message(); }, ""))
      ->type_name("ARN=PREFIX");
  app->footer(
      "Runs until SIGTERM or Ctrl-C. One line on standard output says how to connect; logs go to standard "
      "error.\nMore: docs/redshift-local.md");
}

int Main(int argc, char** argv) {
  CLI::App app(
      "A stand-in for Amazon Redshift: its wire protocol and dialect over a real PostgreSQL and a real S3 "
      "API.",
      "redshift-local");
  ServerOptions options;
  DescribeOptions(&app, &options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 1;
  }

  spdlog::set_default_logger(spdlog::stderr_logger_mt("redshift-local"));
  spdlog::set_pattern("%Y-%m-%d %H:%M:%S.%e %l %v");
  // Signals are read from a descriptor; threads and children inherit the mask (children lift it).
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGTERM);
  ::sigaddset(&signals, SIGINT);
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  const StopRequest stop(::signalfd(-1, &signals, SFD_CLOEXEC));
  try {
    Janitor janitor;
    const std::unique_ptr<Server> server = Server::Start(options, &janitor, stop);
    spdlog::info("isolation {}; nothing here was compared with a real cluster",
                 options.isolation == Isolation::kSerializable ? "serializable" : "snapshot");
    for (const auto& choice : DescribeCopyChoices()) spdlog::info("unverified: {}", choice);
    for (const auto& choice : DescribeApiChoices()) spdlog::info("unverified: {}", choice);
    for (const auto& choice : DescribeErrorChoices()) spdlog::info("unverified: {}", choice);
    for (const auto& choice : DescribeDialectChoices()) spdlog::info("unverified: {}", choice);
    for (const auto& choice : DescribeLoginChoices()) spdlog::info("unverified: {}", choice);
    fmt::print("{}\n", server->ReadyLine());
    std::fflush(stdout);
    server->Run(stop);
    spdlog::info("stopping");
    if (server->FaultsNeverFired() > 0) return kFaultsNeverFired;
  } catch (const StopRequested&) {
    spdlog::info("stopped before it was ready");
  } catch (const ProgramError& error) {
    spdlog::error("redshift-local: {}", error.what());
    return 1;
  } catch (const std::exception& error) {
    spdlog::error("redshift-local failed: {}", error.what());
    return 1;
  }
  return 0;
}

}  // namespace
}  // namespace redshift_local

int main(int argc, char** argv) {
  const int code = redshift_local::Main(argc, argv);
  // Not through exit(): destructors of S3 libraries' statics are not safe while threads of theirs may live.
  std::fflush(nullptr);
  ::_exit(code);
}
