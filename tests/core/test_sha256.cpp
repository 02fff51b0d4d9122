// SPDX-License-Identifier: BSD-3-Clause
#include "core/error.h"
#include "core/sha256.h"
#include "tests/catch.h"
#include "tests/scratch_folder.h"

using namespace orrery;

// FIPS 180-4's examples (one block, two blocks, a million letters) and NIST's further ones for SHA-256: bytes that are
// no text, and lengths around those at which the padding takes another block (55, 56, 64).
TEST_CASE("SHA-256 gives the digests that NIST published", "[core][P6]") {
    CHECK(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    CHECK(sha256(
              "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrst"
              "nopqrstu") == "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
    CHECK(sha256(std::string(1'000'000, 'a')) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    CHECK(sha256("\xbd") == "68325720aabd7c82f30f554b313d0570c95accbb7dc4b5aae11204c08ffe732b");
    CHECK(sha256("\xc9\x8c\x8e\x55") == "7abc22c0ae5af26ce93dbb94433a0e0b2e119d014f8e7f65bd56c61ccccd9504");
    const std::pair<std::size_t, const char*> zeros[] = {
        {55, "02779466cdec163811d078815c633f21901413081449002f24aa3e80f0b88ef7"},
        {56, "d4817aa5497628e7c77e6b606107042bbba3130888c5f47a375e6179be789fbb"},
        {57, "65a16cb7861335d5ace3c60718b5052e44660726da4cd13bb745381b235a1785"},
        {64, "f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b"},
        {1000, "541b3e9daa09b20bf85fa273e5cbd3e80185aa4ec298e765db87742b70138a53"},
        {1'000'000, "d29751f2649b32ff572b5e0a9f541ea660a50f94ff0beedfb0b692b924cc8025"},
    };
    for (const auto& [count, digest] : zeros) CHECK(sha256(std::string(count, '\0')) == digest);
    CHECK(sha256(std::string(1000, 'A')) == "c2e686823489ced2017f6059b8b239318b6364f6dcd835d0a519105a1eadd6e4");
    CHECK(sha256(std::string(1005, 'U')) == "f4d62ddec0f3dd90ea1380fa16a5ff8dc4c54b21740650f24afc4120903552b0");
}

TEST_CASE("A file hashes as its bytes do, in whatever pieces they come", "[core]") {
    const ScratchFolder folder;
    const std::string text(3'000'017, 'x'); // not a multiple of any buffer
    folder.write("file", text);
    CHECK(sha256_of_file(folder / "file") == sha256(text));
    Sha256 pieces;
    for (std::size_t at = 0; at < text.size(); at += 1013) pieces.update(std::string_view(text).substr(at, 1013));
    CHECK(pieces.hex() == sha256(text));
    folder.write("empty", "");
    CHECK(sha256_of_file(folder / "empty") == sha256(""));
    CHECK_THROWS_AS(sha256_of_file(folder / "nowhere"), Error);
    CHECK_THROWS_AS(sha256_of_file(folder.path()), Error);
}
