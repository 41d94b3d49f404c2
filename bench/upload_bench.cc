// What it costs to put bytes on S3 by a Staging: usage: upload_bench [MIB_PER_FILE [FILES]]. Starts a moto
// server.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

#include "engine/aws/testing/copy_options.h"
#include "engine/aws/testing/moto_server.h"
#include "engine/file/staged_output.h"
#include "engine/file/staging.h"

namespace {

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

int main(int argc, char** argv) {
  const size_t mib = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 128;
  const int files = argc > 2 ? std::atoi(argv[2]) : 4;
  redshift::testing::MotoServer moto;
  moto.CreateBucket("bench");
  const auto staging =
      redshift::Staging::Open(redshift::testing::ParsedCopyOptions(moto.endpoint(), "s3://bench/x",
                                                                   {{"sink.copy.compression", "none"}}),
                              {}, 4 * redshift::Staging::kPartBytes)
          .ValueOrDie();
  std::string bytes(1 << 20, '\0');
  std::minstd_rand random(7);
  for (char& c : bytes) c = static_cast<char>(random());

  const double cpu = CpuSeconds();
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < files; ++i) {
    const std::string key = std::to_string(i);
    auto output = staging->OpenOutput(key).ValueOrDie();
    for (size_t written = 0; written < mib; ++written) {
      if (!output->Write(bytes).ok()) std::abort();
    }
    if (!output->FinishAsync().status().ok()) std::abort();
    if (!staging->DeleteObjects({staging->UrlFor(key)}).ok()) std::abort();
  }
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
  std::printf("%d files of %zu MiB: %.2f s, CPU %.2f s\n", files, mib, wall.count(), CpuSeconds() - cpu);
  return 0;
}
