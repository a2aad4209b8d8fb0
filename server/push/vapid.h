// VAPID (RFC 8292): the key by which push services know this server, and the proof that it sends
// with each message. No content is ever sent, so nothing else of Web Push's cryptography is needed.
#ifndef SAMSYN_SERVER_PUSH_VAPID_H_
#define SAMSYN_SERVER_PUSH_VAPID_H_

#include <absl/status/statusor.h>
#include <absl/strings/string_view.h>
#include <absl/time/time.h>

#include <memory>
#include <string>

namespace samsyn::push {

// Thread-safe once it is made.
class VapidKey {
 public:
  // The key in this file (PEM, readable by its owner only), which is made if there is none:
  // browsers that subscribed with another key cannot be woken any more. Errors name the file.
  static absl::StatusOr<VapidKey> LoadOrMake(const std::string& path);

  // The public key, 65 bytes, base64url without padding.
  const std::string& public_key() const { return public_key_; }

  // The value of `authorization` for a push service ("https://fcm.googleapis.com"): a JWT by ES256
  // that holds for twelve hours. `contact`: whom the push service may write to, "mailto:…".
  absl::StatusOr<std::string> Authorization(absl::string_view origin, absl::string_view contact,
                                            absl::Time now) const;

 private:
  struct Key;
  explicit VapidKey(std::shared_ptr<const Key> key, std::string public_key);

  std::shared_ptr<const Key> key_;
  std::string public_key_;
};

}  // namespace samsyn::push

#endif  // SAMSYN_SERVER_PUSH_VAPID_H_
