#pragma once

#include <iosfwd>
#include <string>
#include <utility>

namespace redshift {

/// A password or key. It has no formatter and no stream operator, so that it cannot reach a log or a message
/// by accident; who needs the text says so by calling Reveal().
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}

  const std::string& Reveal() const { return text_; }
  bool empty() const { return text_.empty(); }

  friend std::ostream& operator<<(std::ostream&, const Secret&) = delete;

 private:
  std::string text_;
};

}  // namespace redshift
