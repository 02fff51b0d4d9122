// SPDX-License-Identifier: BSD-3-Clause
#include "core/schema.h"

#include "core/experiment.h"
#include "tests/catch.h"

#include <cmath>

using namespace orrery;

namespace {
struct Params {
    double kappa = 0.1;
    int n = 64;
    std::int64_t seed = 1;
    bool shift = true;
    std::string initial = "cmt";
    std::string scheme = "ifrk4";
    std::string file = "";
    static void fields(Bind<Params>& f) {
        f("kappa", &Params::kappa).doc("Dissipation coefficient", "L/U").range(0, 10).log10();
        f("n", &Params::n).doc("Points a side").range(8, 4096).group("grid");
        f("seed", &Params::seed).doc("A number");
        f("shift", &Params::shift).doc("Shifted grids").live();
        f("initial", &Params::initial).doc("Initial field");
        f("scheme", &Params::scheme).doc("Time scheme").choices({"ifrk4", "etdrk4"});
        f("file", &Params::file).doc("A file").path("field");
    }
};

Schema schema() {
    Bind<Params> bind;
    Params::fields(bind);
    return bind.schema();
}

std::vector<std::string> sentences(const Problems& problems) {
    std::vector<std::string> list;
    for (const auto& p : problems) list.push_back(p.sentence);
    return list;
}
} // namespace

TEST_CASE("defaults are the member initialisers", "[core]") {
    const auto values = schema().defaults();
    CHECK(std::get<double>(values.at("kappa")) == 0.1);
    CHECK(std::get<std::int64_t>(values.at("n")) == 64);
    CHECK(std::get<bool>(values.at("shift")));
    CHECK(std::get<std::string>(values.at("initial")) == "cmt");
}

TEST_CASE("assignments are read by type and reach the struct", "[core]") {
    Problems problems;
    const auto values = schema().parse(std::vector<std::string>{"kappa=1e-2", "n=1e2", "seed=-9007199254740993",
                                                                "shift=no", "initial=a=b", "scheme=etdrk4"},
                                       problems);
    REQUIRE(problems.empty());
    Bind<Params> bind;
    Params::fields(bind);
    const auto params = bind.make(values);
    CHECK(params.kappa == 0.01);
    CHECK(params.n == 100);
    CHECK(params.seed == -9007199254740993); // beyond what a double holds
    CHECK_FALSE(params.shift);
    CHECK(params.initial == "a=b");
    CHECK(params.scheme == "etdrk4");
}

TEST_CASE("all problems are told at once, each with what is accepted", "[core][P9]") {
    Problems problems;
    schema().parse(std::vector<std::string>{"kapa=1", "kappa=abc", "n=7000000", "scheme=rk", "shift=maybe", "seed=1.5",
                                            "initial", "n=3"},
                   problems);
    const auto list = sentences(problems);
    REQUIRE(list.size() == 8);
    CHECK(list[0] == "there is no parameter 'kapa'; did you mean 'kappa'?");
    CHECK(list[1] == "kappa is 'abc'; accepted: a number from 0 to 10 (L/U)");
    CHECK(list[2] == "n is '7000000'; accepted: a whole number from 8 to 4096");
    CHECK(list[3] == "scheme is 'rk'; accepted: one of ifrk4, etdrk4");
    CHECK(list[4] == "shift is 'maybe'; accepted: true or false");
    CHECK(list[5] == "seed is '1.5'; accepted: a whole number");
    CHECK(list[6] == "'initial' is not of the form parameter=value");
    CHECK(list[7] == "n is given twice");
}

TEST_CASE("numbers that are no numbers, or don't fit, are refused", "[core][P9]") {
    for (const char* text : {"kappa=", "kappa=nan", "kappa=-0.001", "kappa=10.0000001", "kappa=1,5", "kappa=0x10",
                             "kappa=1 2", "n=99999999999999999999", "n=inf", "kappa=1e999"}) {
        Problems problems;
        schema().parse(std::vector<std::string>{text}, problems);
        INFO(text);
        CHECK(problems.size() == 1);
    }
}

TEST_CASE("typed values are checked for what is missing, unknown or of a wrong type", "[core]") {
    auto values = schema().defaults();
    Problems none;
    schema().check(values, none);
    CHECK(none.empty());
    values.erase("kappa");
    values["n"] = 1.0;
    values["more"] = true;
    Problems problems;
    schema().check(values, problems);
    CHECK(problems.size() == 3);
}

TEST_CASE("a stored row is read back as the same values", "[core]") {
    Problems problems;
    const auto values = schema().parse(std::vector<std::string>{"kappa=0.1", "seed=9007199254740993"}, problems);
    const auto again = schema().parse(nlohmann::json::parse(json_of(values).dump()), problems);
    CHECK(problems.empty());
    CHECK(values == again);
    schema().parse(nlohmann::json{{"kappa", "1"}, {"n", 2.5}, {"shift", 1}}, problems);
    CHECK(problems.size() == 3);
}

TEST_CASE("a declaration survives its JSON, and the hash tells declarations apart", "[core]") {
    Declaration d;
    d.id = "a.b";
    d.schema = schema();
    d.metrics = {{"error/l2", "error", "", true, 1e-6, false}, {"loss/*", "parts", "", true, 0, false}};
    d.artifacts = {{"theta", Kind::field, "the field"}};
    const auto again = Declaration::from_json(nlohmann::json::parse(d.to_json().dump()));
    CHECK(again.schema.fields == d.schema.fields);
    CHECK(again.metrics == d.metrics);
    CHECK(again.artifacts == d.artifacts);
    auto other = schema();
    other.fields[0].default_value = 0.2;
    CHECK(schema().hash() == schema().hash());
    CHECK(schema().hash() != other.hash());
    CHECK(d.find_metric("loss/total") != nullptr);
    CHECK(d.find_metric("loss") == nullptr);
    CHECK(d.find_metric("error/l2")->lower_is_better);
}

TEST_CASE("suggestions are near, or none", "[core]") {
    const std::vector<std::string> known{"sqg.spectral", "pinn.sqg", "kappa"};
    CHECK(did_you_mean("sqg.spectrl", known) == "sqg.spectral");
    CHECK(did_you_mean("kapap", known) == "kappa");
    CHECK_FALSE(did_you_mean("fluid.apic", known));
    CHECK_FALSE(did_you_mean(std::string(100000, 'x'), known));
}

TEST_CASE("text of a value reads back as the same value", "[core]") {
    for (const double v : {0.1, 1e-300, 3.0, -2.5e17, 1.0 / 3}) {
        Problems problems;
        auto s = schema();
        s.fields[0].min = s.fields[0].max = std::nullopt;
        const auto values = s.parse(std::vector<std::string>{"kappa=" + text_of(Value(v))}, problems);
        CHECK(std::get<double>(values.at("kappa")) == v);
    }
}
