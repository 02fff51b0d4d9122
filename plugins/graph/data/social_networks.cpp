// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/data/social_networks.h"

#include <charconv>
#include <string>
#include <utility>
#include <vector>

namespace orrery::graph {

namespace {

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> parts;
    while (true) {
        const std::size_t end = text.find('|');
        parts.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

Graph named(Graph graph, std::vector<std::string> names) {
    graph.node.push_back({"label", std::move(names)});
    return graph;
}

} // namespace

Graph graph_of_lists(std::int32_t nodes, std::string_view lists) {
    Graph graph;
    graph.nodes = nodes;
    const char* at = lists.data();
    const char* const end = at + lists.size();
    std::int32_t from = 0;
    while (at != end) {
        std::int32_t number = 0;
        at = std::from_chars(at, end, number).ptr;
        if (at != end && *at == ':') {
            from = number;
        } else {
            graph.edges.push_back({from, number});
        }
        if (at != end) ++at;
    }
    return graph;
}

Graph karate() {
    Graph graph = graph_of_lists(
        34, "0:1,2,3,4,5,6,7,8,10,11,12,13,17,19,21,31 1:2,3,7,13,17,19,21,30 2:3,7,8,9,13,27,28,32 3:7,12,13 4:6,10 "
            "5:6,10,16 6:16 8:30,32,33 9:33 13:33 14:32,33 15:32,33 18:32,33 19:33 20:32,33 22:32,33 23:25,27,29,32,33 "
            "24:25,27,31 25:31 26:29,33 27:33 28:31,33 29:32,33 30:32,33 31:32,33 32:33");
    std::vector<std::int64_t> left(34, 1);
    for (const std::size_t stayed : {0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 16, 17, 19, 21}) left[stayed] = 0;
    graph.node.push_back({"label", std::move(left)});
    return graph;
}

Graph les_miserables() {
    return named(
        graph_of_lists(
            77, "0:1 1:2,3,4,5,6,7,8,9,10 2:3,10 3:10 "
                "10:11,12,13,14,15,23,24,25,26,27,28,29,31,32,33,34,35,36,37,38,43,44,48,49,51,55,58,64,68,69,70,71,72 "
                "12:23 16:17,18,19,20,21,22,23 17:18,19,20,21,22,23,26,55 18:19,20,21,22,23 19:20,21,22,23 20:21,22,23 "
                "21:22,23 22:23 23:24,25,27,29,30,31 24:25,26,27,41,42,50,68,69,70 "
                "25:26,27,39,40,41,42,48,55,68,69,70,71,75 26:27,43,49,51,54,55,72 "
                "27:28,29,31,33,43,48,58,68,69,70,71,72 28:44,45 29:34,35,36,37,38 30:31 34:35,36,37,38 35:36,37,38 "
                "36:37,38 37:38 39:52,55 41:42,55,57,62,68,69,70,71,75 46:47,48 "
                "48:55,57,58,59,60,61,62,63,64,65,66,68,69,71,73,74,75,76 49:50,51,54,55,56 51:52,53,54,55 54:55 "
                "55:56,57,58,59,61,62,63,64,65 57:58,59,61,62,63,64,65,67 58:59,60,61,62,63,64,65,66,70,76 "
                "59:60,61,62,63,64,65,66 60:61,62,63,64,65,66 61:62,63,64,65,66 62:63,64,65,66,76 63:64,65,66,76 "
                "64:65,66,76 65:66,76 66:76 68:69,70,71,75 69:70,71,75 70:71,75 71:75 73:74"),
        split("Napoleon|Myriel|MlleBaptistine|MmeMagloire|CountessDeLo|Geborand|Champtercier|Cravatte|Count|OldMan|"
              "Valjean|Labarre|Marguerite|MmeDeR|Isabeau|Gervais|Listolier|Tholomyes|Fameuil|Blacheville|Favourite|"
              "Dahlia|Zephine|Fantine|MmeThenardier|Thenardier|Cosette|Javert|Fauchelevent|Bamatabois|Perpetue|"
              "Simplice|Scaufflaire|Woman1|Judge|Champmathieu|Brevet|Chenildieu|Cochepaille|Pontmercy|Boulatruelle|"
              "Eponine|Anzelma|Woman2|MotherInnocent|Gribier|MmeBurgon|Jondrette|Gavroche|Gillenormand|Magnon|"
              "MlleGillenormand|MmePontmercy|MlleVaubois|LtGillenormand|Marius|BaronessT|Mabeuf|Enjolras|Combeferre|"
              "Prouvaire|Feuilly|Courfeyrac|Bahorel|Bossuet|Joly|Grantaire|MotherPlutarch|Gueulemer|Babet|Claquesous|"
              "Montparnasse|Toussaint|Child1|Child2|Brujon|MmeHucheloup"));
}

Graph davis() {
    std::vector<std::string> names =
        split("Evelyn Jefferson|Laura Mandeville|Theresa Anderson|Brenda Rogers|Charlotte McDowd|Frances Anderson|"
              "Eleanor Nye|Pearl Oglethorpe|Ruth DeSand|Verne Sanderson|Myra Liddel|Katherina Rogers|Sylvia Avondale|"
              "Nora Fayette|Helen Lloyd|Dorothy Murchison|Olivia Carleton|Flora Price");
    std::vector<std::int64_t> side(18, 0);
    for (int event = 1; event <= 14; ++event) {
        names.push_back("E" + std::to_string(event));
        side.push_back(1);
    }
    Graph graph = named(
        graph_of_lists(
            32, "0:18,19,20,21,22,23,25,26 1:18,19,20,22,23,24,25 2:19,20,21,22,23,24,25,26 3:18,20,21,22,23,24,25 "
                "4:20,21,22,24 5:20,22,23,25 6:22,23,24,25 7:23,25,26 8:22,24,25,26 9:24,25,26,29 10:25,26,27,29 "
                "11:25,26,27,29,30,31 12:24,25,26,27,29,30,31 13:23,24,26,27,28,29,30,31 14:24,25,27,28,29 15:25,26 "
                "16:26,28 17:26,28"),
        std::move(names));
    graph.node.push_back({"side", std::move(side)});
    return graph;
}

Graph florentine() {
    return named(
        graph_of_lists(15, "0:1 1:5,6,7,8,9 2:3,4,5 3:4,11 4:6,11 6:7 7:12 8:12,13 9:10 11:12 12:14"),
        split("Acciaiuoli|Medici|Castellani|Peruzzi|Strozzi|Barbadori|Ridolfi|Tornabuoni|Albizzi|Salviati|Pazzi|"
              "Bischeri|Guadagni|Ginori|Lamberteschi"));
}

} // namespace orrery::graph
