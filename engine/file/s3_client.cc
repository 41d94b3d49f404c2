#include "engine/file/s3_client.h"

#include <charconv>
#include <utility>

#include "engine/aws/xml_text.h"
#include "engine/file/delete_document.h"
#include "engine/file/s3_address.h"
#include "engine/file/sha256.h"

namespace redshift {

namespace {

constexpr std::chrono::milliseconds kConnectTimeout{5'000};
constexpr std::chrono::seconds kKeysPauses{5};
// Whatever moves is waited for, however slow the line is: a part at 1 KiB a second, below which it stalls.
constexpr std::chrono::hours kLongestRequest{3};
// S3 sends a blank now and then while it makes a large object of its parts.
constexpr std::chrono::minutes kCompletionStall{2};
// A file or an upload that begins to exist after its deletion would stay.
constexpr std::chrono::milliseconds kAnswerAfterCancel{10'000};
// A thousand keys of a kilobyte, each refused at some length.
constexpr int64_t kMaxDeleteAnswer = 4 << 20;
// Of 1000 keys, each of at most 1024 bytes, that may all be escaped.
constexpr int64_t kMaxListingBytes = int64_t{16} * 1024 * 1024;

std::string_view EncryptionName(option::S3Sse encryption) {
  switch (encryption) {
    case option::S3Sse::kSseS3:
      return "AES256";
    case option::S3Sse::kSseKms:
      return "aws:kms";
    case option::S3Sse::kNone:
      break;
  }
  return "";
}

std::optional<int64_t> LengthOf(const HttpAnswer& answer) {
  const std::string_view text = answer.Header("content-length");
  int64_t length = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), length);
  if (text.empty() || end.ec != std::errc() || end.ptr != text.data() + text.size()) return std::nullopt;
  return length;
}

// Every object and part that S3 stores or sends has an ETag; hardly anybody else's page has one.
std::string_view LacksEtag(const HttpAnswer& answer) {
  return answer.Header("etag").empty() ? "and lacks the ETag that S3 gives every object" : "";
}

}  // namespace

struct S3Client::Call {
  std::string_view method;
  std::string query = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string_view body = {};
  std::string_view verb;  // for messages: "write"
  int64_t max_answer_bytes = 1 << 20;
  int success = 200;
  std::chrono::milliseconds least_patience{0};
  /// Whether the answer matters to who cancels it and cleans up: it makes an object or an upload.
  bool creates = false;
  /// Where the bucket is asked about keys that begin so: the right that this takes.
  std::string_view right_on_bucket = {};
  /// What is wrong with an answer of a successful status; empty when it is S3's.
  std::string_view (*flaw)(const HttpAnswer&) = [](const HttpAnswer&) { return std::string_view(); };
};

S3Client::S3Client(std::shared_ptr<const S3Target> target, std::shared_ptr<HttpClient> http,
                   std::shared_ptr<S3Retry> retry, std::chrono::milliseconds timeout)
    : target_(std::move(target)), http_(std::move(http)), retry_(std::move(retry)), timeout_(timeout) {}

arrow::Status S3Client::Put(const S3Url& object, std::string_view bytes) {
  ARROW_ASSIGN_OR_RAISE(const HttpAnswer answer, Send(object, {.method = "PUT",
                                                               .headers = EncryptionHeaders(),
                                                               .body = bytes,
                                                               .verb = "write",
                                                               .creates = true,
                                                               .flaw = LacksEtag}));
  const arrow::Status encrypted = CheckEncryption(answer, object);
  if (!encrypted.ok()) static_cast<void>(Delete(object));
  return encrypted;
}

arrow::Result<std::string> S3Client::BeginUpload(const S3Url& object) {
  ARROW_ASSIGN_OR_RAISE(
      const HttpAnswer answer,
      Send(object, {.method = "POST",
                    .query = "uploads=",
                    .headers = EncryptionHeaders(),
                    .verb = "write",
                    .creates = true,
                    .flaw = [](const HttpAnswer& answer) -> std::string_view {
                      const auto id = XmlText(answer.body, {"InitiateMultipartUploadResult", "UploadId"});
                      return id && !id->empty() ? "" : "and does not name the upload that was begun";
                    }}));
  std::string upload = *XmlText(answer.body, {"InitiateMultipartUploadResult", "UploadId"});
  if (arrow::Status status = CheckEncryption(answer, object); !status.ok()) {
    static_cast<void>(AbortUpload(object, upload));
    return status;
  }
  return upload;
}

arrow::Result<std::string> S3Client::UploadPart(const S3Url& object, const std::string& upload, int number,
                                                std::string_view bytes) {
  ARROW_ASSIGN_OR_RAISE(
      const HttpAnswer answer,
      Send(object, {.method = "PUT",
                    .query = "partNumber=" + std::to_string(number) + "&uploadId=" + UrlEscape(upload),
                    .body = bytes,
                    .verb = "write",
                    .flaw = LacksEtag}));
  return std::string(answer.Header("etag"));
}

arrow::Status S3Client::CompleteUpload(const S3Url& object, const std::string& upload,
                                       const std::vector<std::string>& etags, int64_t size) {
  std::string parts = "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">";
  for (size_t i = 0; i < etags.size(); ++i) {
    parts += "<Part><PartNumber>" + std::to_string(i + 1) + "</PartNumber><ETag>";
    AppendXmlText(etags[i], &parts);
    parts += "</ETag></Part>";
  }
  parts += "</CompleteMultipartUpload>";
  const auto completed =
      Send(object, {.method = "POST",
                    .query = "uploadId=" + UrlEscape(upload),
                    .headers = {{"content-type", "application/xml"}},
                    .body = parts,
                    .verb = "write",
                    .least_patience = kCompletionStall,
                    .creates = true,
                    .flaw = [](const HttpAnswer& answer) -> std::string_view {
                      const auto etag = XmlText(answer.body, {"CompleteMultipartUploadResult", "ETag"});
                      return etag && !etag->empty() ? "" : "and does not name the object that was completed";
                    }});
  if (completed.ok()) return arrow::Status::OK();
  // An attempt whose answer was lost may have completed it; then S3 does not know the upload any more.
  const S3ErrorDetail* error = S3ErrorOf(completed.status());
  if (error == nullptr || error->code() != "NoSuchUpload") return completed.status();
  const auto found = Send(object, {.method = "HEAD", .verb = "write", .flaw = LacksEtag});
  if (found.ok() && LengthOf(*found) == size) return arrow::Status::OK();
  return completed.status();
}

arrow::Status S3Client::AbortUpload(const S3Url& object, const std::string& upload) {
  const auto outcome = Send(object, {.method = "DELETE",
                                     .query = "uploadId=" + UrlEscape(upload),
                                     .verb = "give up the upload of",
                                     .success = 204});
  const S3ErrorDetail* error = S3ErrorOf(outcome.status());
  if (error != nullptr && error->code() == "NoSuchUpload") return arrow::Status::OK();
  return outcome.status();
}

arrow::Result<std::string> S3Client::Get(const S3Url& object, int64_t max_bytes) {
  ARROW_ASSIGN_OR_RAISE(HttpAnswer answer,
                        Send(object, {.method = "GET",
                                      .verb = "read",
                                      .max_answer_bytes = max_bytes,
                                      .flaw = [](const HttpAnswer& answer) -> std::string_view {
                                        if (const std::string_view flaw = LacksEtag(answer); !flaw.empty()) {
                                          return flaw;
                                        }
                                        return LengthOf(answer) == static_cast<int64_t>(answer.body.size())
                                                   ? ""
                                                   : "and is not of the length that it announces";
                                      }}));
  return std::move(answer.body);
}

arrow::Status S3Client::Delete(const S3Url& object) {
  const auto outcome = Send(object, {.method = "DELETE", .verb = "delete", .success = 204});
  if (IsNoSuchObject(outcome.status())) return arrow::Status::OK();
  return outcome.status();
}

arrow::Status S3Client::DeleteBatch(const std::string& bucket, std::vector<std::string> keys,
                                    std::vector<S3Url>* gone) {
  arrow::Status first;
  for (int attempts = 1; !keys.empty(); ++attempts) {
    const std::string document = DeleteDocument(keys);
    ARROW_ASSIGN_OR_RAISE(const std::string digest, Md5Base64(document));
    ARROW_ASSIGN_OR_RAISE(
        const HttpAnswer answer,
        Send({bucket, ""}, {.method = "POST",
                            .query = "delete=",
                            .headers = {{"content-type", "application/xml"}, {"content-md5", digest}},
                            .body = document,
                            .verb = "delete objects of",
                            .max_answer_bytes = kMaxDeleteAnswer,
                            .flaw = [](const HttpAnswer& answer) -> std::string_view {
                              return IsDeleteResult(answer.body) ? "" : "and does not tell what was deleted";
                            }}));
    ARROW_ASSIGN_OR_RAISE(const DeleteResult result, ReadDeleteResult(answer.body, keys.size()));
    keys.clear();
    const auto is_gone = [&](const std::string& key) {
      if (gone != nullptr) gone->push_back({bucket, key});
    };
    for (const std::string& key : result.deleted) is_gone(key);
    arrow::Status passing;
    for (const NotDeleted& object : result.rest) {
      const S3Url url{bucket, object.key};
      const arrow::Status status = S3Refusal({answer.status, answer.headers, object.error}, ContextOf(url),
                                             "delete " + url.ToString());
      if (IsNoSuchObject(status)) {
        is_gone(object.key);
        continue;
      }
      if (!S3ErrorOf(status)->passing()) {
        first &= status;
        continue;
      }
      passing &= status;
      keys.push_back(object.key);
    }
    if (!keys.empty() && !retry_->WaitToTryAgain(attempts)) return first & passing;
  }
  return first;
}

arrow::Result<ObjectPage> S3Client::ListObjects(const S3Url& beginning, const std::string& token) {
  std::string query = "list-type=2&prefix=" + UrlEscape(beginning.key);
  if (!token.empty()) query += "&continuation-token=" + UrlEscape(token);
  ARROW_ASSIGN_OR_RAISE(const HttpAnswer answer,
                        Send(beginning, {.method = "GET",
                                         .query = std::move(query),
                                         .verb = "list the objects under",
                                         .max_answer_bytes = kMaxListingBytes,
                                         .right_on_bucket = "s3:ListBucket",
                                         .flaw = [](const HttpAnswer& found) -> std::string_view {
                                           return ReadObjectPage(found) ? "" : "and is no list of objects";
                                         }}));
  return *ReadObjectPage(answer);
}

arrow::Result<UploadPage> S3Client::ListUploads(const S3Url& beginning, const UploadMarker& after) {
  std::string query = "uploads=&prefix=" + UrlEscape(beginning.key);
  if (!after.key.empty()) query += "&key-marker=" + UrlEscape(after.key);
  if (!after.id.empty()) query += "&upload-id-marker=" + UrlEscape(after.id);
  ARROW_ASSIGN_OR_RAISE(const HttpAnswer answer,
                        Send(beginning, {.method = "GET",
                                         .query = std::move(query),
                                         .verb = "list the unfinished uploads under",
                                         .max_answer_bytes = kMaxListingBytes,
                                         .right_on_bucket = "s3:ListBucketMultipartUploads",
                                         .flaw = [](const HttpAnswer& found) -> std::string_view {
                                           return ReadUploadPage(found) ? "" : "and is no list of uploads";
                                         }}));
  return *ReadUploadPage(answer);
}

arrow::Result<HttpAnswer> S3Client::Send(const S3Url& object, const Call& call) {
  const std::string url = UrlOf(call.right_on_bucket.empty() ? object : S3Url{object.bucket, ""}, call.query);
  bool had_newer_keys = false;
  for (int attempts = 1;; ++attempts) {
    AwsKeys keys;
    auto answer = SendOnce(object, call, url, &keys);
    if (answer.ok()) return answer;
    const S3ErrorDetail* error = S3ErrorOf(answer.status());
    if (error == nullptr) return answer;
    if (error->code() == "ExpiredToken" && !had_newer_keys && HasNewerKeys(keys)) {
      had_newer_keys = true;
      continue;
    }
    if (!error->passing() || !retry_->WaitToTryAgain(attempts)) return answer;
  }
}

KeyWait S3Client::WaitForKeys() const {
  // A source that is asked over the network tries four times.
  return {std::chrono::steady_clock::now() + 4 * timeout_ + kKeysPauses, &retry_->cancelled()};
}

bool S3Client::HasNewerKeys(const AwsKeys& keys) const {
  target_->credentials->Refuse(keys);
  const auto newer = target_->credentials->Get({}, WaitForKeys());
  return newer.ok() && newer->session_token.Reveal() != keys.session_token.Reveal();
}

arrow::Result<HttpAnswer> S3Client::SendOnce(const S3Url& object, const Call& call, const std::string& url,
                                             AwsKeys* used) {
  HttpRequest request;
  request.method = std::string(call.method);
  request.url = url;
  request.headers = call.headers;
  request.borrowed_body = call.body;
  // Over TLS nobody changes a body on its way, and a SHA-256 would double what sending it costs.
  if (!call.body.empty() && target_->place.scheme == "https") {
    request.headers.emplace_back("x-amz-content-sha256", "UNSIGNED-PAYLOAD");
  }
  request.connect_timeout = std::min(kConnectTimeout, timeout_);
  request.stall_timeout = std::max(timeout_, call.least_patience);
  request.timeout = kLongestRequest;
  if (call.creates) request.time_after_interrupt = std::min(timeout_, kAnswerAfterCancel);
  request.max_answer_bytes = call.max_answer_bytes;
  S3ErrorContext context = ContextOf(object);
  context.right_on_bucket = call.right_on_bucket;
  const std::string action = std::string(call.verb) + " " + object.ToString();
  auto keys = target_->credentials->Get({}, WaitForKeys());
  if (!keys.ok()) {
    const HttpErrorDetail* error = HttpError(keys.status());
    const std::string why = "cannot " + action + ": " + keys.status().message();
    if (error == nullptr || error->kind != HttpErrorDetail::Kind::kTimeout) {
      return keys.status().WithMessage(why);
    }
    return arrow::Status::FromDetailAndArgs(
        arrow::StatusCode::IOError,
        std::make_shared<S3ErrorDetail>(S3ErrorDetail::Kind::kNoAnswer, "", /*passing=*/false), why);
  }
  context.credentials += ": " + keys->source;
  *used = *keys;
  request.signing = Signing{std::move(*keys), target_->place.region, "s3"};

  auto answer = http_->Send(request, &retry_->cancelled());
  if (!answer.ok()) return S3Silence(answer.status(), context, action);
  if (answer->status < 200 || answer->status > 299) return S3Refusal(*answer, context, action);
  // S3 may find out that it cannot complete an upload when it has already answered 200.
  if (call.method != "GET" && XmlText(answer->body, {"Error", "Code"})) {
    return S3Refusal(*answer, context, action);
  }
  if (answer->status != call.success) {
    return S3FalseAnswer(*answer, context, action,
                         call.success == 200 ? "instead of S3's 200" : "instead of S3's 204");
  }
  if (const std::string_view flaw = call.flaw(*answer); !flaw.empty()) {
    return S3FalseAnswer(*answer, context, action, flaw);
  }
  return std::move(*answer);
}

std::string S3Client::UrlOf(const S3Url& object, std::string_view query) const {
  const S3Place& place = target_->place;
  std::string url = place.scheme + "://";
  // No certificate fits the host name of a bucket with a dot.
  if (place.path_style || object.bucket.find('.') != std::string::npos) {
    url += place.authority + "/" + UrlEscape(object.bucket);
  } else {
    url += UrlEscape(object.bucket) + "." + place.authority;
  }
  url += "/" + UrlEscape(object.key, /*keep_slash=*/true);  // nothing where the bucket itself is meant
  if (!query.empty()) url += "?" + std::string(query);
  return url;
}

std::vector<std::pair<std::string, std::string>> S3Client::EncryptionHeaders() const {
  if (target_->encryption == option::S3Sse::kNone) return {};
  std::vector<std::pair<std::string, std::string>> headers = {
      {"x-amz-server-side-encryption", std::string(EncryptionName(target_->encryption))}};
  if (!target_->kms_key_id.empty()) {
    headers.emplace_back("x-amz-server-side-encryption-aws-kms-key-id", target_->kms_key_id);
  }
  return headers;
}

arrow::Status S3Client::CheckEncryption(const HttpAnswer& answer, const S3Url& object) const {
  if (answer.Header("x-amz-server-side-encryption") == EncryptionName(target_->encryption) ||
      target_->encryption == option::S3Sse::kNone) {
    return arrow::Status::OK();
  }
  return S3FalseAnswer(answer, ContextOf(object), "write " + object.ToString(),
                       "and does not confirm the encryption that 's3.sse' asks for");
}

S3ErrorContext S3Client::ContextOf(const S3Url& object) const {
  S3ErrorContext context = target_->error_context;
  context.bucket = object.bucket;
  return context;
}

}  // namespace redshift
