// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/data/generator_table.h"

#include "core/error.h"
#include "plugins/graph/data/atlas.h"
#include "plugins/graph/data/generators.h"
#include "plugins/graph/data/graph_sets.h"
#include "plugins/graph/data/limits.h"

#include <fmt/format.h>

namespace orrery::graph {

namespace {

using Arguments = GeneratorArguments;
using Parameters = std::vector<GeneratorParameter>;

GeneratorParameter integer(std::string name, std::string value, double min, double max, std::string help) {
    return {std::move(name), std::move(help), std::move(value), min, max, true, false};
}

GeneratorParameter number(std::string name, std::string value, double min, double max, std::string help) {
    return {std::move(name), std::move(help), std::move(value), min, max, false, false};
}

GeneratorParameter nodes(std::string value, double min = 0) {
    return integer("n", std::move(value), min, most_nodes, "nodes");
}

GeneratorParameter probability(std::string name, std::string value, std::string help) {
    return number(std::move(name), std::move(value), 0, 1, std::move(help));
}

Generator fixed(std::string name, std::string help, Parameters parameters,
                std::function<Graph(const Arguments&)> make) {
    return {{std::move(name), std::move(help), false, std::move(parameters)}, std::move(make), {}};
}

Generator random(std::string name, std::string help, Parameters parameters,
                 std::function<Graph(const Arguments&)> make) {
    return {{std::move(name), std::move(help), true, std::move(parameters)}, std::move(make), {}};
}

Generator set(std::string name, std::string help, Parameters parameters,
              std::function<GraphSet(const Arguments&)> make) {
    return {{std::move(name), std::move(help), true, std::move(parameters)}, {}, std::move(make)};
}

std::vector<Generator> fixed_families() {
    return {
        fixed("path", "path", {nodes("10")}, [](const Arguments& a) { return path_graph(a.integer("n")); }),
        fixed("cycle", "cycle", {nodes("10")}, [](const Arguments& a) { return cycle_graph(a.integer("n")); }),
        fixed("star", "one node joined to all others", {nodes("10")},
              [](const Arguments& a) { return star_graph(a.integer("n")); }),
        fixed("complete", "complete graph", {nodes("10")},
              [](const Arguments& a) { return complete_graph(a.integer("n")); }),
        fixed("bipartite", "complete bipartite graph",
              {integer("a", "3", 0, most_nodes, "nodes of one side"), integer("b", "3", 0, most_nodes, "of the other")},
              [](const Arguments& a) { return complete_bipartite_graph(a.integer("a"), a.integer("b")); }),
        fixed("grid", "square lattice",
              {integer("rows", "10", 1, most_nodes, "nodes of a column"),
               integer("columns", "10", 1, most_nodes, "of a row")},
              [](const Arguments& a) { return grid_graph(a.integer("rows"), a.integer("columns")); }),
        fixed("torus", "square lattice whose opposite sides are joined",
              {integer("rows", "10", 3, most_nodes, "nodes of a column"),
               integer("columns", "10", 3, most_nodes, "of a row")},
              [](const Arguments& a) { return torus_graph(a.integer("rows"), a.integer("columns")); }),
        fixed("hypercube", "corners of a cube", {integer("d", "4", 0, 20, "dimension")},
              [](const Arguments& a) { return hypercube_graph(a.integer("d")); }),
        fixed("balanced-tree", "tree with as many branches at each inner node",
              {integer("branching", "2", 1, 1e6, "branches of a node"), integer("depth", "4", 0, 1e6, "levels")},
              [](const Arguments& a) { return balanced_tree(a.integer("branching"), a.integer("depth")); }),
        fixed(
            "ring-of-cliques", "complete graphs, each joined to the next by one edge",
            {integer("cliques", "8", 1, most_nodes, "complete graphs"), integer("size", "5", 1, 1e4, "nodes of each")},
            [](const Arguments& a) { return ring_of_cliques(a.integer("cliques"), a.integer("size")); }),
    };
}

std::vector<Generator> random_models() {
    return {
        random("er", "Erdos-Renyi: each pair joined with one probability",
               {nodes("30"), probability("p", "0.1", "of each pair")},
               [](const Arguments& a) { return erdos_renyi(a.integer("n"), a.number("p"), a.seed); }),
        random("ba", "Barabasi-Albert: growth by preferential attachment",
               {nodes("30", 2), integer("m", "2", 1, 1e6, "edges of a new node")},
               [](const Arguments& a) { return barabasi_albert(a.integer("n"), a.integer("m"), a.seed); }),
        random("holme-kim", "preferential attachment with triangles",
               {nodes("30", 2), integer("m", "2", 1, 1e6, "edges of a new node"),
                probability("p", "0.5", "of closing a triangle")},
               [](const Arguments& a) { return holme_kim(a.integer("n"), a.integer("m"), a.number("p"), a.seed); }),
        random(
            "ws", "Watts-Strogatz: a ring with some edges moved",
            {nodes("30", 1), integer("k", "4", 0, 1e6, "nearest neighbours, even"),
             probability("p", "0.1", "of moving an edge")},
            [](const Arguments& a) { return watts_strogatz(a.integer("n"), a.integer("k"), a.number("p"), a.seed); }),
        random("geometric", "random points of the unit square, joined where they are near",
               {nodes("100"), number("radius", "0.15", 0, 1.5, "largest distance of neighbours")},
               [](const Arguments& a) { return random_geometric(a.integer("n"), a.number("radius"), a.seed); }),
        random("regular", "random graph whose degrees are all equal",
               {nodes("30", 1), integer("d", "3", 0, 1e6, "degree")},
               [](const Arguments& a) { return random_regular(a.integer("n"), a.integer("d"), a.seed); }),
        random("tree", "random labelled tree", {nodes("30")},
               [](const Arguments& a) { return random_tree(a.integer("n"), a.seed); }),
        random("sbm", "stochastic block model",
               {integer("blocks", "3", 1, 1e6, "blocks, where sizes is one number"),
                {"sizes", "nodes of each block, one number or several joined by +", "20", 1, most_nodes, true, true},
                probability("p_in", "0.3", "of a pair within a block"),
                probability("p_out", "0.02", "of a pair of two blocks")},
               [](const Arguments& a) {
                   std::vector<std::int32_t> sizes = a.integers("sizes");
                   if (sizes.size() == 1) sizes.assign(static_cast<std::size_t>(a.integer("blocks")), sizes.front());
                   return stochastic_block_model(sizes, a.number("p_in"), a.number("p_out"), a.seed);
               }),
        random("lfr", "communities and degrees by power laws, after Lancichinetti, Fortunato and Radicchi",
               {nodes("250", 2), probability("mu", "0.1", "share of edges that leave a community"),
                number("tau1", "2.5", 1.01, 10, "exponent of degrees"),
                number("tau2", "1.5", 1, 10, "exponent of the sizes of communities"),
                integer("mean_degree", "10", 1, 1e6, "mean degree"),
                integer("max_degree", "50", 1, 1e6, "largest degree"),
                integer("min_community", "20", 1, most_nodes, "least community"),
                integer("max_community", "50", 1, most_nodes, "largest community")},
               [](const Arguments& a) {
                   LfrOptions o;
                   o.nodes = a.integer("n");
                   o.mu = a.number("mu");
                   o.degree_exponent = a.number("tau1");
                   o.size_exponent = a.number("tau2");
                   o.mean_degree = a.integer("mean_degree");
                   o.max_degree = a.integer("max_degree");
                   o.min_community = a.integer("min_community");
                   o.max_community = a.integer("max_community");
                   return lfr_graph(o, a.seed);
               }),
    };
}

GeneratorParameter of_each_class(std::string value) {
    return integer("graphs", std::move(value), 1, 1e6, "graphs of each class");
}

std::vector<Generator> data_sets() {
    return {
        {{"atlas", "all graphs of up to seven nodes, 1253", false, {}}, {}, [](const Arguments&) { return atlas(); }},
        set("motifs", "Barabasi-Albert trees with a house, a 5-cycle or a 3 x 3 grid attached: the class",
            {of_each_class("100"), nodes("20", 2), integer("m", "1", 1, 1e6, "edges of a new node")},
            [](const Arguments& a) { return motif_set(a.integer("graphs"), a.integer("n"), a.integer("m"), a.seed); }),
        set("csl", "circular skip links: C_41 with one of ten skips, the class, renumbered at random",
            {of_each_class("15")}, [](const Arguments& a) { return csl_set(a.integer("graphs"), a.seed); }),
        set("cycles-vs-triangles", "one cycle, or two of half its length: with 3, six nodes or two triangles",
            {of_each_class("100"), integer("longest", "8", 3, 1e4, "largest half length; the least is 3")},
            [](const Arguments& a) { return cycle_set(a.integer("graphs"), a.integer("longest"), a.seed); }),
        set("block-counts", "block models of 2, 3 or 4 blocks, the class, of equal mean degrees: low eigenvalues tell",
            {of_each_class("100"), nodes("72", 12), number("degree", "6", 1, 1e4, "mean degree"),
             probability("mu", "0.05", "share of edges between blocks")},
            [](const Arguments& a) {
                return block_count_set(a.integer("graphs"), a.integer("n"), a.number("degree"), a.number("mu"), a.seed);
            }),
        set("triangle-density",
            "sparsely joined modules of equal degrees with few or many triangles, the class: high eigenvalues tell",
            {of_each_class("100"), integer("modules", "6", 1, 1e4, "modules"),
             integer("size", "8", 4, 64, "nodes of a module"), number("degree", "3", 2, 63, "mean degree in a module")},
            [](const Arguments& a) {
                return triangle_density_set(a.integer("graphs"), a.integer("modules"), a.integer("size"),
                                            a.number("degree"), a.seed);
            }),
    };
}

} // namespace

const std::vector<Generator>& generator_table() {
    static const std::vector<Generator> table = [] {
        std::vector<Generator> all = random_models();
        for (auto part : {fixed_families(), data_sets()}) all.insert(all.end(), part.begin(), part.end());
        return all;
    }();
    return table;
}

} // namespace orrery::graph
