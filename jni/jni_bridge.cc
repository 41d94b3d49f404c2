#include "jni/jni_bridge.h"

#include <cstdint>

namespace redshift::jni {
namespace {

struct ErrorClass {
  jclass type = nullptr;
  jmethodID constructor = nullptr;
};

ErrorClass validation_error;
ErrorClass io_error;

bool Find(JNIEnv* env, const char* name, ErrorClass* found) {
  jclass local = env->FindClass(name);
  if (local == nullptr) return false;
  found->type = static_cast<jclass>(env->NewGlobalRef(local));
  env->DeleteLocalRef(local);
  found->constructor = env->GetMethodID(found->type, "<init>", "(Ljava/lang/String;)V");
  return found->constructor != nullptr;
}

/// JNI's own strings are in "modified UTF-8", so text crosses as UTF-16. What is not UTF-8 becomes U+FFFD.
std::u16string ToUtf16(std::string_view text) {
  std::u16string result;
  result.reserve(text.size());
  size_t at = 0;
  while (at < text.size()) {
    const auto lead = static_cast<uint8_t>(text[at]);
    const int length = lead < 0x80 ? 1 : lead >= 0xF0 && lead < 0xF5 ? 4 : lead >= 0xE0 ? 3 : 2;
    uint32_t code = length == 1 ? lead : lead & (0x7F >> length);
    bool valid = lead < 0x80 || (lead >= 0xC2 && lead < 0xF5);
    for (int i = 1; valid && i < length; ++i) {
      const uint8_t next = at + i < text.size() ? static_cast<uint8_t>(text[at + i]) : 0;
      valid = (next & 0xC0) == 0x80;
      code = code << 6 | (next & 0x3F);
    }
    valid = valid && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
    if (!valid) {
      result.push_back(u'\uFFFD');
      ++at;
      continue;
    }
    if (code >= 0x10000) {
      code -= 0x10000;
      result.push_back(static_cast<char16_t>(0xD800 + (code >> 10)));
      result.push_back(static_cast<char16_t>(0xDC00 + (code & 0x3FF)));
    } else {
      result.push_back(static_cast<char16_t>(code));
    }
    at += length;
  }
  return result;
}

}  // namespace

bool InitializeBridge(JNIEnv* env) {
  return Find(env, "org/apache/flink/table/api/ValidationException", &validation_error) &&
         Find(env, "java/io/IOException", &io_error);
}

void Throw(JNIEnv* env, JavaError kind, std::string_view message) noexcept {
  if (env->ExceptionCheck()) return;
  const ErrorClass& error = kind == JavaError::kValidation ? validation_error : io_error;
  try {
    const std::u16string text = ToUtf16(message);
    jstring java_text =
        env->NewString(reinterpret_cast<const jchar*>(text.data()), static_cast<jsize>(text.size()));
    if (java_text == nullptr) return;
    auto exception = static_cast<jthrowable>(env->NewObject(error.type, error.constructor, java_text));
    if (exception != nullptr) env->Throw(exception);
  } catch (const std::exception&) {
    env->ThrowNew(io_error.type, kOutOfMemory.data());
  }
}

std::string FromJava(JNIEnv* env, jbyteArray bytes) {
  if (bytes == nullptr) return {};
  std::string result(static_cast<size_t>(env->GetArrayLength(bytes)), '\0');
  env->GetByteArrayRegion(bytes, 0, static_cast<jsize>(result.size()),
                          reinterpret_cast<jbyte*>(result.data()));
  return result;
}

jbyteArray ToJava(JNIEnv* env, std::string_view bytes) {
  jbyteArray result = env->NewByteArray(static_cast<jsize>(bytes.size()));
  if (result != nullptr) {
    env->SetByteArrayRegion(result, 0, static_cast<jsize>(bytes.size()),
                            reinterpret_cast<const jbyte*>(bytes.data()));
  }
  return result;
}

}  // namespace redshift::jni
