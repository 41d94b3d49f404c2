#include "engine/warehouse/resolve_host.h"

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <memory>
#include <thread>

#include "engine/wait/guarded.h"
#include "engine/warehouse/connect_error.h"

namespace redshift {
namespace {

/// Shared with the thread that resolves; the last one to let go frees it.
struct Resolution {
  Interrupt done;  // set once the fields below are final
  int error = 0;
  std::vector<std::string> addresses;
};

struct FreeAddresses {
  void operator()(addrinfo* found) const { freeaddrinfo(found); }
};

arrow::Status Resolve(const std::string& host, Resolution* resolution) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  resolution->error = getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (resolution->error == 0) {
    const std::unique_ptr<addrinfo, FreeAddresses> owner(found);
    for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
      char text[NI_MAXHOST];
      if (getnameinfo(entry->ai_addr, entry->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST) ==
          0) {
        if (std::find(resolution->addresses.begin(), resolution->addresses.end(), text) ==
            resolution->addresses.end()) {
          resolution->addresses.emplace_back(text);
        }
      }
    }
  }
  return arrow::Status::OK();
}

}  // namespace

arrow::Result<std::vector<std::string>> ResolveHost(const std::string& host, Clock::time_point deadline,
                                                    const Interrupt* interrupt) {
  auto resolution = std::make_shared<Resolution>();
  const arrow::Status started = Guarded([&] {
    std::thread([host, resolution] {
      if (!Guarded([&] { return Resolve(host, resolution.get()); }).ok()) resolution->error = EAI_MEMORY;
      resolution->done.Set();
    }).detach();
    return arrow::Status::OK();
  });
  if (!started.ok()) {
    return ConnectError(ErrorKind::kConnection, Retry::kConnection, "The name of the host '", host,
                        "' could not be resolved: ", started.message(), ".");
  }
  switch (resolution->done.Await(deadline, interrupt)) {
    case Interrupt::Waited::kTimeout:
      return ConnectError(
          ErrorKind::kConnection, Retry::kConnection, "The name of the host '", host,
          "' could not be resolved within 'connect.timeout': the name server does not answer.");
    case Interrupt::Waited::kStopped:
      return InterruptedError("connecting");
    case Interrupt::Waited::kSet:
      break;
  }
  if (resolution->error != 0 || resolution->addresses.empty()) {
    return ConnectError(ErrorKind::kConnection, Retry::kConnection, "The host '", host,
                        "' is not known: ", gai_strerror(resolution->error), ". Check 'hostname'.");
  }
  return std::move(resolution->addresses);
}

}  // namespace redshift
