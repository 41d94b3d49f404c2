#include "local/server/port.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "local/server/program_error.h"

namespace redshift_local {

int Listen(int port, const std::string& flag) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      ::listen(socket, 128) != 0) {
    const int error = errno;
    ::close(socket);
    if (error == EADDRINUSE) {
      throw ProgramError(
          fmt::format("port {} of 127.0.0.1 is already in use. Stop the program that has it, or choose "
                      "another port with {} ({} 0 takes any free one).",
                      port, flag, flag));
    }
    throw ProgramError(
        fmt::format("cannot listen on 127.0.0.1:{} ({}): {}", port, flag, std::strerror(error)));
  }
  return socket;
}

int PortOf(int listening_socket) {
  sockaddr_in address{};
  socklen_t size = sizeof(address);
  ::getsockname(listening_socket, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

int ReservePort(int port, const std::string& flag) {
  const int socket = Listen(port, flag);
  const int reserved = PortOf(socket);
  ::close(socket);
  return reserved;
}

}  // namespace redshift_local
