// SPDX-License-Identifier: BSD-3-Clause
// Texts of generators, and the parameter `input` that they are one form of.
#include "core/error.h"
#include "plugins/graph/data/generator_text.h"
#include "plugins/graph/data/generators.h"
#include "plugins/graph/data/input.h"
#include "tests/catch.h"
#include "tests/scratch_folder.h"

#include <filesystem>
#include <fstream>

using namespace orrery;
using namespace orrery::graph;

namespace {

std::string refusal(const std::string& text) {
    try {
        generated(text);
    } catch (const Error& error) {
        return std::string(error.what()) + " " + error.hint();
    }
    return {};
}

} // namespace

TEST_CASE("a generator's text sets its parameters, the rest have defaults", "[graph]") {
    CHECK(generated("er(n=40,p=0.2,seed=3)").graphs.at(0) == erdos_renyi(40, 0.2, 3));
    CHECK(generated(" er( p = 0.2 , n = 40 , seed = 3 ) ").graphs.at(0) == erdos_renyi(40, 0.2, 3));
    CHECK(generated("er", 5).graphs.at(0) == erdos_renyi(30, 0.1, 5));
    CHECK(generated("er()", 5).graphs.at(0) == erdos_renyi(30, 0.1, 5));
    CHECK(generated("er(seed=1)", 5).graphs.at(0) == erdos_renyi(30, 0.1, 1));
    CHECK(generated("sbm(sizes=5+6+7,p_in=1,p_out=0)").graphs.at(0).nodes == 18);
    CHECK(generated("sbm(sizes=5,blocks=4)").graphs.at(0).nodes == 20);
    const GraphSet several = generated("ba(n=20,graphs=3,seed=1)");
    REQUIRE(several.graphs.size() == 3);
    CHECK(several.graphs[0] == barabasi_albert(20, 2, 1));
    CHECK_FALSE(several.graphs[0] == several.graphs[1]);
    for (const GeneratorDescription& generator : generators()) { // all defaults make a graph
        CAPTURE(generator.name);
        CHECK_NOTHROW(check_generator(generator.usage()));
        const GraphSet set = generated(generator.usage());
        CHECK_FALSE(set.graphs.empty());
        CHECK(set == generated(generator.name));
    }
}

TEST_CASE("a wrong text of a generator gets a sentence that says what is accepted", "[graph]") {
    CHECK_THAT(refusal("err(n=3)"), contains_text("There is no generator 'err'. Did you mean er?"));
    CHECK_THAT(refusal("er(q=3)"), contains_text("has no parameter 'q'. It has n, p, graphs, seed."));
    CHECK_THAT(refusal("er(n=3"), contains_text("closing bracket. Write it as er(n=30,p=0.1,seed=0)."));
    CHECK_THAT(refusal("er(n=2.5)"), contains_text("n = 2.5 of er (nodes): give an integer from 0"));
    CHECK_THAT(refusal("er(p=2)"), contains_text("give a number from 0 to 1."));
    CHECK_THAT(refusal("er(p=nan)"), contains_text("give a number from 0 to 1."));
    CHECK_THAT(refusal("er(n=3,n=4)"), contains_text("given twice"));
    CHECK_THAT(refusal("er(n)"), contains_text("no key=value"));
    CHECK_THAT(refusal("er(n=3,)"), contains_text("no key=value"));
    CHECK_THAT(refusal("path(seed=3)"), contains_text("has no parameter 'seed'. It has n."));
    CHECK_THAT(refusal("atlas(n=3)"), contains_text("It has none."));
    CHECK_THAT(refusal("ws(k=3)"), contains_text("Take an even k below n."));
}

TEST_CASE("input names a built-in graph, a generator or a file", "[graph]") {
    CHECK(load_input("karate").graphs.at(0).edges.size() == 78);
    CHECK(load_input("er(n=12)", 4).graphs.at(0) == erdos_renyi(12, 0.1, 4));
    CHECK_FALSE(check_input("karate"));
    CHECK_FALSE(check_input("er(n=1000000,p=1e-6)")); // without making it
    CHECK_THAT(check_input("karat").value(), contains_text("Did you mean karate?"));
    CHECK_THAT(check_input("er(n=x)").value(), contains_text("give an integer"));
    CHECK_THAT(check_input("nothing/here.graphml").value(), contains_text("nothing/here.graphml"));
    CHECK_THAT(check_input("").value(), contains_text("empty"));
    CHECK(input_files("karate").empty());
    CHECK(input_files("er(n=3)").empty());

    const ScratchFolder folder;
    const std::string file = folder.write("triangle.csv", "source,target\na,b\nb,c\na,c\n").string(),
                      broken = folder.write("broken.graphml", "<graphml><graph><node id='a'/>").string();
    CHECK_FALSE(check_input(file));
    CHECK(load_input(file).graphs.at(0).edges.size() == 3);
    CHECK(input_files(file).size() == 1);
    CHECK_THAT(check_input(broken).value(), contains_text("broken.graphml"));
    CHECK_THROWS_AS(load_input(broken), Error);
}
