// SPDX-License-Identifier: BSD-3-Clause
#include "core/error.h"
#include "plugins/graph/learn/folds.h"
#include "tests/catch.h"

#include <algorithm>
#include <map>
#include <set>

using namespace orrery;
using namespace orrery::graph::learn;

namespace {

std::vector<std::int64_t> labels_of(const std::vector<int>& sizes) {
    std::vector<std::int64_t> labels;
    for (std::size_t c = 0; c < sizes.size(); ++c)
        labels.insert(labels.end(), static_cast<std::size_t>(sizes[c]), static_cast<std::int64_t>(c));
    return labels;
}

std::map<std::int64_t, int> counts(const std::vector<std::int64_t>& graphs, const std::vector<std::int64_t>& labels) {
    std::map<std::int64_t, int> count;
    for (const std::int64_t g : graphs) ++count[labels[static_cast<std::size_t>(g)]];
    return count;
}

// No graph twice, none missing, all ascending.
void check_partition(const Split& split, std::size_t graphs) {
    std::set<std::int64_t> all;
    for (const auto* part : {&split.train, &split.validation, &split.test}) {
        CHECK(!part->empty());
        CHECK(std::is_sorted(part->begin(), part->end()));
        all.insert(part->begin(), part->end());
    }
    CHECK(all.size() == graphs);
    CHECK(split.train.size() + split.validation.size() + split.test.size() == graphs);
}

} // namespace

TEST_CASE("folds are disjoint, cover all graphs and hold every class in equal shares", "[graph]") {
    for (const auto& sizes : {std::vector<int>{63, 125}, std::vector<int>{15, 15, 15, 15}, std::vector<int>{50, 50}}) {
        const std::vector<std::int64_t> labels = labels_of(sizes);
        const auto splits = splits_of(labels, {.folds = 10, .seed = 4});
        REQUIRE(splits.size() == 10);
        std::set<std::int64_t> tested;
        for (const Split& split : splits) {
            check_partition(split, labels.size());
            tested.insert(split.test.begin(), split.test.end());
            for (std::size_t c = 0; c < sizes.size(); ++c) {
                const int of_class = counts(split.test, labels)[static_cast<std::int64_t>(c)];
                CHECK(of_class >= sizes[c] / 10);
                CHECK(of_class <= sizes[c] / 10 + 1);
            }
            CHECK(split.test.size() >= labels.size() / 10);
            CHECK(split.test.size() <= labels.size() / 10 + 1);
        }
        CHECK(tested.size() == labels.size());
    }
}

TEST_CASE("validation is a tenth of what is not tested on, of every class", "[graph]") {
    const std::vector<std::int64_t> labels = labels_of({100, 300});
    for (const Split& split : splits_of(labels, {.folds = 5, .seed = 1})) {
        CHECK(split.validation.size() == 32);
        CHECK(counts(split.validation, labels)[0] == 8);
    }
}

TEST_CASE("a single split has the shares that were asked for", "[graph]") {
    const std::vector<std::int64_t> labels = labels_of({40, 60});
    const auto splits = splits_of(labels, {.folds = 1, .validation = 0.125, .test = 0.2, .seed = 1});
    REQUIRE(splits.size() == 1);
    check_partition(splits[0], 100);
    CHECK(splits[0].test.size() == 20);
    CHECK(counts(splits[0].test, labels)[0] == 8);
    CHECK(splits[0].validation.size() == 10);
}

TEST_CASE("the seed alone decides the folds", "[graph]") {
    const std::vector<std::int64_t> labels = labels_of({30, 30});
    for (const bool stratified : {true, false}) {
        const FoldOptions options{.folds = 5, .stratified = stratified, .seed = 7};
        FoldOptions other = options;
        other.seed = 8;
        CHECK(splits_of(labels, options)[2].train == splits_of(labels, options)[2].train);
        CHECK(splits_of(labels, options)[2].train != splits_of(labels, other)[2].train);
    }
}

TEST_CASE("more folds than graphs, or parts without graphs, are refused", "[graph]") {
    const std::vector<std::int64_t> labels = labels_of({2, 2}), two = labels_of({1, 1});
    CHECK_THROWS_WITH(splits_of(labels, {.folds = 5}), contains_text("5 folds of 4 graphs"));
    CHECK_THROWS_WITH(splits_of(two, {.folds = 2}), contains_text("too few"));
    check_partition(splits_of(labels, {.folds = 4})[3], 4);
    check_partition(splits_of(labels, {.folds = 1, .test = 0.9})[0], 4);
}
