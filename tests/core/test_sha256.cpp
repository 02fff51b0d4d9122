// SPDX-License-Identifier: BSD-3-Clause
#include "core/error.h"
#include "core/sha256.h"
#include "tests/catch.h"
#include "tests/core/scratch_folder.h"

using namespace orrery;

TEST_CASE("SHA-256 gives the digests of FIPS 180-4", "[core][P6]") {
    CHECK(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    CHECK(sha256(std::string(1'000'000, 'a')) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
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
