#include "engine/file/delete_document.h"

#include <algorithm>

#include "engine/aws/xml_text.h"

namespace redshift {

bool CanStandInDeleteDocument(std::string_view key) {
  return std::none_of(key.begin(), key.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < ' ' || byte == 0x7F;
  });
}

std::string DeleteDocument(const std::vector<std::string>& keys) {
  std::string xml = "<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">";
  for (const std::string& key : keys) {
    xml += "<Object><Key>";
    AppendXmlText(key, &xml);
    xml += "</Key></Object>";
  }
  return xml + "</Delete>";
}

bool IsDeleteResult(std::string_view answer) {
  // Empty only where nothing was asked for.
  return !XmlElements(answer, {"DeleteResult", "*"}).empty();
}

arrow::Result<DeleteResult> ReadDeleteResult(std::string_view answer, size_t asked) {
  DeleteResult result;
  for (const std::string_view deleted : XmlElements(answer, {"DeleteResult", "Deleted"})) {
    result.deleted.push_back(XmlText(deleted, {"Key"}).value_or(""));
  }
  for (const std::string_view error : XmlElements(answer, {"DeleteResult", "Error"})) {
    result.rest.push_back(
        {XmlText(error, {"Key"}).value_or(""), "<Error>" + std::string(error) + "</Error>"});
  }
  const size_t told = result.rest.size() + result.deleted.size();
  if (told != asked) {
    return arrow::Status::IOError("S3 was asked to delete ", asked, " objects and told what became of ",
                                  told);
  }
  return result;
}

}  // namespace redshift
