// SPDX-License-Identifier: BSD-3-Clause
// One flipped bit in a project's database: it is named, or nothing that is kept reads differently.
#include "tests/core/ended_project.h"

#include <cstdint>
#include <future>
#include <random>
#include <thread>

using namespace orrery;

namespace {

struct Flip {
    std::size_t place;
    int bit;
};

struct Found {
    int named = 0;
    std::vector<std::string> misses; // read differently, and nothing was named
};

// Flips each bit and looks: named, or all that is kept reads as before.
Found flip_each(const Ended& ended, const std::vector<Flip>& flips) {
    const std::string whole = bytes_of(ended.pristine);
    ended.restore();
    const auto was = content(ended);
    Found found;
    for (const auto& [place, bit] : flips) {
        std::string bytes = whole;
        bytes[place] = static_cast<char>(bytes[place] ^ (1 << bit));
        ended.restore();
        write_bytes(ended.file, bytes);
        bool named = false;
        std::string difference;
        try {
            named = !verify(ended.home).ok();
        } catch (const Error& error) { // can't be opened at all: it says so
            named = true;
            if (place >= 100) difference = std::string("verify ends: ") + error.what();
        }
        if (!named) difference = first_difference(was, ended);
        const auto said = said_by_reading(ended.home, ended.runs);
        if (!said.empty() && !named) difference = "said only by reading: " + said;
        if (!difference.empty())
            found.misses.push_back("byte " + std::to_string(place) + " (page " + std::to_string(place / 4096 + 1) +
                                   " at " + std::to_string(place % 4096) + "), bit " + std::to_string(bit) + ": " +
                                   difference);
        found.named += named ? 1 : 0;
    }
    return found;
}

// Where a page of a b-tree keeps something: not between the places of its cells and the first of them.
bool is_used(const std::string& file, std::size_t place) {
    const std::size_t page = place / 4096 * 4096, head = page == 0 ? 100 : page, at = place - page;
    const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(file[i])); };
    const auto kind = byte(head);
    if (kind != 2 && kind != 5 && kind != 10 && kind != 13) return true;
    const std::size_t cells = byte(head + 3) * 256 + byte(head + 4), first = byte(head + 5) * 256 + byte(head + 6);
    return at < head - page + (kind < 10 ? 12 : 8) + 2 * cells || at >= first;
}

} // namespace

TEST_CASE("A flipped bit anywhere in the database is named, or lies where nothing is kept", "[core][P6]") {
    const Ended ended;
    const std::string whole = bytes_of(ended.pristine);
    std::mt19937_64 random(1); // the same places on every machine
    std::vector<Flip> flips;
    for (std::size_t place = 0; place < 100; ++place) flips.push_back({place, static_cast<int>(random() % 8)});
    while (flips.size() < 400)
        if (const std::size_t place = random() % whole.size(); is_used(whole, place) || random() % 16 == 0)
            flips.push_back({place, static_cast<int>(random() % 8)});
    const Found found = flip_each(ended, flips);
    for (const auto& miss : found.misses) FAIL_CHECK(miss);
    CHECK(found.named > 200);
}

// About ten minutes on two cores: every bit of every byte that keeps something, and of one in 16 of the others.
TEST_CASE("Any flipped bit of the database is named, or lies where nothing is kept", "[.exhaustive]") {
    const Ended ended;
    const std::string whole = bytes_of(ended.pristine);
    const std::size_t count = std::max(1U, std::thread::hardware_concurrency());
    std::vector<std::vector<Flip>> flips(count);
    std::size_t all = 0;
    for (std::size_t place = 0; place < whole.size(); ++place)
        for (int bit = 0; bit < 8; ++bit)
            if (is_used(whole, place) || place % 16 == 0) flips[all++ % count].push_back({place, bit});
    std::vector<std::future<Found>> parts;
    for (const auto& part : flips)
        parts.push_back(std::async(std::launch::async, [&ended, &part] { return flip_each(Ended(ended), part); }));
    int named = 0;
    for (auto& part : parts) {
        const Found found = part.get();
        named += found.named;
        for (const auto& miss : found.misses) FAIL_CHECK(miss);
    }
    WARN(named << " of " << all << " flipped bits were named");
}
