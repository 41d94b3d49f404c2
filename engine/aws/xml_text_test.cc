#include "engine/aws/xml_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace redshift {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// From the documentation of GetClusterCredentials.
constexpr std::string_view kCredentials =
    R"(<?xml version="1.0"?>
<GetClusterCredentialsResponse xmlns="http://redshift.amazonaws.com/doc/2012-12-01/">
  <GetClusterCredentialsResult>
    <Expiration>2016-09-05T23:13:45.111Z</Expiration>
    <DbUser>IAM:jondoe</DbUser>
    <DbPassword>AMAFUyyuros/QjxPTtgzcsuQsqzIasdzJEN04aCtWDzXx1O9d6UmpkBtvEeqFly/EXAMPLE==</DbPassword>
  </GetClusterCredentialsResult>
</GetClusterCredentialsResponse>)";

TEST(XmlTextTest, FindsAnElementByItsPath) {
  EXPECT_EQ(XmlText(kCredentials, {"GetClusterCredentialsResponse", "GetClusterCredentialsResult", "DbUser"}),
            "IAM:jondoe");
  EXPECT_EQ(XmlText(kCredentials, {"*", "*", "Expiration"}), "2016-09-05T23:13:45.111Z");
  EXPECT_EQ(XmlText(kCredentials, {"*", "DbUser"}), std::nullopt);
}

TEST(XmlTextTest, ElementsOfTheSameNameElsewhereAreNotTaken) {
  constexpr std::string_view kXml =
      "<Cluster><Nodes><Address>10.0.0.1</Address></Nodes><Endpoint><Address>db.example.com</Address></"
      "Endpoint>"
      "</Cluster>";
  EXPECT_EQ(XmlText(kXml, {"Cluster", "Endpoint", "Address"}), "db.example.com");
}

TEST(XmlTextTest, DecodesEntitiesAndCdata) {
  EXPECT_EQ(XmlText("<a>x&lt;&amp;&gt;&quot;&apos;&#65;&#x20AC;</a>", {"a"}), "x<&>\"'A\xE2\x82\xAC");
  EXPECT_EQ(XmlText("<a><![CDATA[<b>&amp;]]>c</a>", {"a"}), "<b>&amp;c");
  EXPECT_EQ(XmlText("<a>&nothing;</a>", {"a"}), std::nullopt);
}

TEST(XmlTextTest, AttributesPrefixesAndCommentsArePassedOver) {
  EXPECT_EQ(XmlText("<!-- <a>no</a> --><ns:a b='>' c=\"/>\">yes</ns:a>", {"a"}), "yes");
  EXPECT_EQ(XmlText("<a/>", {"a"}), "");
}

TEST(XmlTextTest, TheFirstElementThatHasThePathCounts) {
  EXPECT_EQ(XmlText("<l><e><c>1</c></e><f/><e><d>2</d></e><e><d>3</d></e></l>", {"l", "e", "d"}), "2");
}

TEST(XmlTextTest, AllElementsAtAPathAreFound) {
  const std::string xml =
      "<r><d><k>1</k></d><e><k>a</k></e><x><d><k>no</k></d></x><d><k>2</k></d><d/></r><r><d>no</d></r>";
  EXPECT_THAT(XmlElements(xml, {"r", "d"}), ElementsAre("<k>1</k>", "<k>2</k>", "", "no"));
  EXPECT_THAT(XmlElements("<r><d>1</d><d>2</r>", {"r", "d"}), IsEmpty()) << "the root does not end";
}

TEST(XmlTextTest, TextIsReadAsItWasWritten) {
  const std::string text = "a<b>&amp;\"'c]]>\xC3\xA4";
  std::string xml = "<k>";
  AppendXmlText(text, &xml);
  EXPECT_EQ(XmlText(xml + "</k>", {"k"}), text);
  EXPECT_EQ(xml, "<k>a&lt;b&gt;&amp;amp;&quot;'c]]&gt;\xC3\xA4");
}

TEST(XmlTextTest, WhatIsNotWellFormedHasNoText) {
  for (const char* text : {"", "<", "<a", "<a>", "<a>x", "<a>x</b>", "<a>x<b></a>", "</a>", "<!--",
                           "<![CDATA[", "<a>&amp</a>", "<a b='>x</a>", "not xml", "<>x</>"}) {
    EXPECT_EQ(XmlText(text, {"a"}), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace redshift
