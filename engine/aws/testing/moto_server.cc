#include "engine/aws/testing/moto_server.h"

#include <arrow/buffer.h>
#include <arrow/io/compressed.h>
#include <arrow/io/memory.h>
#include <arrow/util/compression.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "engine/aws/testing/http.h"

namespace redshift::testing {

namespace {

[[noreturn]] void GiveUp(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::fflush(stderr);
  _exit(1);
}

std::string Program() {
  const char* set = std::getenv("MOTO_SERVER");
  return set != nullptr ? set : MOTO_SERVER;
}

// Private objects are given to requests that are signed; moto does not look how.
HttpMessage Ask(uint16_t port, const std::string& method, const std::string& target) {
  return Exchange(port, {.first_line = method + " " + target + " HTTP/1.1",
                         .headers = "Host: 127.0.0.1:" + std::to_string(port) +
                                    "\r\nContent-Length: 0\r\nAuthorization: AWS4-HMAC-SHA256 "
                                    "Credential=test/20260101/us-east-1/s3/aws4_request, "
                                    "SignedHeaders=host, Signature=0\r\n",
                         .body = ""});
}

std::vector<std::string> Elements(std::string_view xml, const std::string& name) {
  std::vector<std::string> texts;
  const std::string begin = "<" + name + ">";
  const std::string end = "</" + name + ">";
  for (size_t at = xml.find(begin); at != std::string_view::npos; at = xml.find(begin, at)) {
    at += begin.size();
    texts.emplace_back(xml.substr(at, xml.find(end, at) - at));
  }
  return texts;
}

}  // namespace

MotoServer::MotoServer() {
  const std::string program = Program();
  if (access(program.c_str(), X_OK) != 0) GiveUp(program + " is missing. Run dev/setup, or set MOTO_SERVER.");
  {
    Socket probe = Listen(&port_);
    if (!probe.open()) GiveUp("no port is free on 127.0.0.1");
  }
  const std::string port = std::to_string(port_);
  process_ = fork();
  if (process_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int null = open("/dev/null", O_RDWR);
    for (const int fd : {0, 1, 2}) dup2(null, fd);
    execl(program.c_str(), program.c_str(), "-H", "127.0.0.1", "-p", port.c_str(), nullptr);
    _exit(127);
  }
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(120);
  while (Ask(port_, "GET", "/").first_line.empty()) {
    if (waitpid(process_, nullptr, WNOHANG) == process_) GiveUp(program + " ended at its start");
    if (std::chrono::steady_clock::now() > deadline) GiveUp(program + " did not answer within 120 s");
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

MotoServer::~MotoServer() {
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
}

void MotoServer::CreateBucket(const std::string& bucket) {
  const HttpMessage answer = Ask(port_, "PUT", "/" + bucket);
  if (answer.first_line.find(" 200 ") == std::string::npos) GiveUp("PUT bucket: " + answer.first_line);
}

std::vector<std::string> MotoServer::Keys(const std::string& bucket, const std::string& prefix) {
  std::vector<std::string> keys =
      Elements(Ask(port_, "GET", "/" + bucket + "?list-type=2&prefix=" + prefix).body, "Key");
  std::sort(keys.begin(), keys.end());
  return keys;
}

size_t MotoServer::OpenUploads(const std::string& bucket) {
  return Elements(Ask(port_, "GET", "/" + bucket + "?uploads").body, "UploadId").size();
}

std::string MotoServer::Get(const std::string& bucket, const std::string& key) {
  const HttpMessage answer = Ask(port_, "GET", "/" + bucket + "/" + key);
  if (answer.first_line.find(" 200 ") == std::string::npos) return answer.first_line;
  return answer.body;
}

std::string MotoServer::Header(const std::string& bucket, const std::string& key, std::string_view name) {
  return Ask(port_, "HEAD", "/" + bucket + "/" + key).Header(name);
}

std::string Decompressed(const std::string& bytes, std::string_view suffix) {
  if (suffix == ".csv") return bytes;
  const auto kind = suffix == ".csv.gz" ? arrow::Compression::GZIP : arrow::Compression::ZSTD;
  const auto codec = arrow::util::Codec::Create(kind).ValueOrDie();
  const auto stream =
      arrow::io::CompressedInputStream::Make(codec.get(), arrow::io::BufferReader::FromString(bytes))
          .ValueOrDie();
  std::string text;
  while (true) {
    const auto piece = stream->Read(1 << 20).ValueOrDie();
    if (piece->size() == 0) return text;
    text += piece->ToString();
  }
}

}  // namespace redshift::testing
