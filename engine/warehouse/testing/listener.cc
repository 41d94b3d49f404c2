#include "engine/warehouse/testing/listener.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

namespace redshift {

Listener::Listener() : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(listen(fd_, 8), 0);
  socklen_t size = sizeof address;
  EXPECT_EQ(getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size), 0);
  port_ = ntohs(address.sin_port);
}

void Listener::Serve(std::function<void(int client)> serve) {
  thread_ = std::thread([fd = fd_, serve = std::move(serve)] {
    // OpenSSL writes to a client that has gone like to any other.
    sigset_t broken_pipe;
    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
    while (true) {
      const int client = accept(fd, nullptr, nullptr);
      if (client < 0) return;
      serve(client);
      close(client);
    }
  });
}

void Listener::Stop() {
  if (fd_ >= 0) shutdown(fd_, SHUT_RDWR);
  if (thread_.joinable()) thread_.join();
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
}

bool SendAll(int client, std::string_view bytes) {
  return send(client, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
}

std::string ReadSome(int client) {
  char bytes[4096];
  const ssize_t size = recv(client, bytes, sizeof bytes, 0);
  return size <= 0 ? "" : std::string(bytes, static_cast<size_t>(size));
}

std::string ReadToEnd(int client) {
  std::string all;
  for (std::string some = ReadSome(client); !some.empty(); some = ReadSome(client)) all += some;
  return all;
}

}  // namespace redshift
