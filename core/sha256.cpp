// SPDX-License-Identifier: BSD-3-Clause
#include "core/sha256.h"

#include "core/error.h"

#include <openssl/evp.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <vector>

namespace orrery {

struct Sha256::Context {
    EVP_MD_CTX* evp = EVP_MD_CTX_new();
    Context() {
        if (!evp || EVP_DigestInit_ex(evp, EVP_sha256(), nullptr) != 1) {
            EVP_MD_CTX_free(evp);
            throw Error("SHA-256 is not available in the OpenSSL library of this system.");
        }
    }
    ~Context() { EVP_MD_CTX_free(evp); }
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::string_view bytes) { EVP_DigestUpdate(context_->evp, bytes.data(), bytes.size()); }

std::string Sha256::hex() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int length = 0;
    EVP_DigestFinal_ex(context_->evp, digest.data(), &length);
    constexpr char digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(2 * length);
    for (unsigned int i = 0; i < length; ++i) {
        text += digits[digest[i] >> 4];
        text += digits[digest[i] & 15];
    }
    return text;
}

std::string sha256(std::string_view bytes) {
    Sha256 sha;
    sha.update(bytes);
    return sha.hex();
}

std::string sha256_of_file(const std::filesystem::path& file) {
    errno = 0;
    std::ifstream in(file, std::ios::binary);
    Sha256 sha;
    std::vector<char> buffer(std::size_t{1} << 20);
    // A folder opens but can't be read.
    while (in && !in.eof()) {
        in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
        if (in.bad()) break;
        sha.update({buffer.data(), static_cast<std::size_t>(in.gcount())});
    }
    if (!in.eof())
        throw Error("The file " + file.string() + " can't be read: " + std::strerror(errno ? errno : EIO) + ".");
    return sha.hex();
}

} // namespace orrery
