#include "engine/aws/testing/scripted_server.h"

#include <sys/socket.h>

#include <utility>

namespace redshift::testing {

ScriptedServer::ScriptedServer(Answer answer) : answer_(std::move(answer)), listener_(Listen(&port_)) {
  acceptor_ = std::thread([this] {
    while (true) {
      Socket socket(accept(listener_.fd(), nullptr, nullptr));
      std::lock_guard lock(mutex_);
      if (!socket.open() || stopped_) return;
      Socket* kept = &sockets_.emplace_back(std::move(socket));
      connections_.emplace_back([this, kept] { Serve(kept); });
    }
  });
}

ScriptedServer::~ScriptedServer() {
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
    for (Socket& socket : sockets_) socket.ShutDown();
  }
  listener_.ShutDown();
  acceptor_.join();
  for (std::thread& connection : connections_) connection.join();
}

void ScriptedServer::Serve(Socket* socket) {
  HttpMessage request;
  while (ReadRequest(*socket, &request)) {
    {
      std::lock_guard lock(mutex_);
      requests_.push_back(request);
    }
    const std::string answer = answer_(request);
    const bool sent = socket->Send(answer);
    if (!sent || answer.empty() || answer.find("\r\nConnection: close\r\n") != std::string::npos) {
      std::lock_guard lock(mutex_);
      if (answer.empty()) {
        socket->Reset();
      } else {
        socket->ShutDown();
      }
      return;
    }
    request = HttpMessage();
  }
}

std::vector<HttpMessage> ScriptedServer::requests() const {
  std::lock_guard lock(mutex_);
  return requests_;
}

std::vector<std::string> ScriptedServer::first_lines() const {
  std::vector<std::string> lines;
  for (const HttpMessage& request : requests()) lines.push_back(request.first_line);
  return lines;
}

std::string HttpText(const std::string& status, const std::string& body, const std::string& headers) {
  return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + headers +
         "\r\n" + body;
}

}  // namespace redshift::testing
