#include "engine/aws/testing/metadata_server.h"

#include <sys/socket.h>

namespace redshift::testing {

MetadataServer::MetadataServer(Handler handler) : handler_(std::move(handler)), listener_(Listen(&port_)) {
  thread_ = std::jthread([this] { Serve(); });
}

MetadataServer::~MetadataServer() {
  listener_.ShutDown();
  thread_.join();
}

std::vector<std::string> MetadataServer::requests() {
  std::lock_guard lock(mutex_);
  return requests_;
}

void MetadataServer::Serve() {
  while (true) {
    Socket client(accept(listener_.fd(), nullptr, nullptr));
    if (!client.open()) return;
    HttpMessage request;
    if (!ReadRequest(client, &request)) continue;
    {
      std::lock_guard lock(mutex_);
      requests_.push_back(request.first_line);
    }
    const auto [status, body, headers] = handler_(request);
    client.Send("HTTP/1.1 " + std::to_string(status) + " X\r\nConnection: close\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n" + headers + "\r\n" + body);
  }
}

}  // namespace redshift::testing
