#include "engine/file/s3_listing.h"

#include <charconv>

#include "engine/aws/aws_time.h"
#include "engine/aws/http_client.h"
#include "engine/aws/xml_text.h"

namespace redshift {

namespace {

using Time = std::chrono::system_clock::time_point;

// By the clock that dates the objects, where the answer has it as HTTP asks for.
Time MomentOf(const HttpAnswer& answer) {
  return ParseHttpTime(answer.Header("date")).value_or(std::chrono::system_clock::now());
}

std::optional<bool> ReadTruncated(const std::string& xml, std::string_view root) {
  const auto text = XmlText(xml, {root, "IsTruncated"});
  if (text == "true") return true;
  if (text == "false") return false;
  return std::nullopt;
}

std::optional<Time> ReadTime(std::string_view element, std::string_view name) {
  const auto text = XmlText(element, {name});
  return text ? ParseAwsTime(*text) : std::nullopt;
}

std::optional<int64_t> ReadSize(std::string_view element) {
  const auto text = XmlText(element, {"Size"});
  if (!text) return std::nullopt;
  int64_t size = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), size);
  if (error != std::errc() || end != text->data() + text->size() || size < 0) return std::nullopt;
  return size;
}

}  // namespace

std::optional<ObjectPage> ReadObjectPage(const HttpAnswer& answer) {
  constexpr std::string_view kRoot = "ListBucketResult";
  const auto truncated = ReadTruncated(answer.body, kRoot);
  if (!truncated) return std::nullopt;
  ObjectPage page;
  page.now = MomentOf(answer);
  for (const std::string_view element : XmlElements(answer.body, {kRoot, "Contents"})) {
    auto key = XmlText(element, {"Key"});
    const auto size = ReadSize(element);
    const auto modified = ReadTime(element, "LastModified");
    if (!key || !size || !modified) return std::nullopt;
    page.objects.push_back({*std::move(key), *size, *modified});
  }
  if (!*truncated) return page;
  page.next = XmlText(answer.body, {kRoot, "NextContinuationToken"}).value_or("");
  if (page.next.empty()) return std::nullopt;
  return page;
}

std::optional<UploadPage> ReadUploadPage(const HttpAnswer& answer) {
  constexpr std::string_view kRoot = "ListMultipartUploadsResult";
  const auto truncated = ReadTruncated(answer.body, kRoot);
  if (!truncated) return std::nullopt;
  UploadPage page;
  page.now = MomentOf(answer);
  for (const std::string_view element : XmlElements(answer.body, {kRoot, "Upload"})) {
    auto key = XmlText(element, {"Key"});
    auto id = XmlText(element, {"UploadId"});
    const auto begun = ReadTime(element, "Initiated");
    if (!key || !id || id->empty() || !begun) return std::nullopt;
    page.uploads.push_back({*std::move(key), *std::move(id), *begun});
  }
  if (!*truncated) return page;
  page.next = {XmlText(answer.body, {kRoot, "NextKeyMarker"}).value_or(""),
               XmlText(answer.body, {kRoot, "NextUploadIdMarker"}).value_or("")};
  if (page.next->key.empty()) return std::nullopt;
  return page;
}

}  // namespace redshift
