// SPDX-License-Identifier: BSD-3-Clause
#include "core/command.h"
#include "tests/catch.h"

#include <limits>

using namespace orrery;
using Catch::Matchers::Contains;

namespace {

Field field(std::string name, FieldType type, Value value) {
    Field made;
    made.name = std::move(name);
    made.type = type;
    made.default_value = std::move(value);
    return made;
}

// A document of one number and the commands that change it.
struct Sample {
    std::int64_t number = 0;
    bool locked = false;
    CommandSet commands;
    std::vector<std::string> log;

    Sample() {
        Command set;
        set.id = "value.set";
        set.title = "Set value";
        set.help = "Gives the document another number.";
        set.python = "value.set";
        set.arguments.fields = {field("number", FieldType::integer, std::int64_t{0}),
                                field("label", FieldType::text, std::string("none"))};
        set.arguments.fields[0].min = -100;
        set.arguments.fields[0].max = 100;
        set.required = 1;
        set.reason = [this](const Values&) { return locked ? std::string("It is locked.") : std::string(); };
        set.execute = [this](const Values& values) {
            const auto was = number;
            number = std::get<std::int64_t>(values.at("number"));
            if (was == number) return Effect{"It is so.", false, Invocation{"value.set", {{"number", was}}}};
            return Effect{"Set.", true, Invocation{"value.set", {{"number", was}}}};
        };
        commands.add(set);
        Command burn = set;
        burn.id = burn.python = "value.burn";
        burn.title = "Burn";
        burn.help = "Takes one away, for good.";
        burn.arguments = {};
        burn.required = 0;
        burn.execute = [this](const Values&) {
            --number;
            return Effect{"Burnt.", true, std::nullopt};
        };
        commands.add(burn);
        commands.listen([this](const Invocation&, const std::string& python) { log.push_back(python); });
    }
    static Invocation set(std::int64_t value) { return {"value.set", {{"number", value}}}; }
};

} // namespace

TEST_CASE("A command is executed with complete arguments and logged as a line of Python", "[core][P7]") {
    Sample sample;
    CHECK(sample.commands.execute(Sample::set(3)).done == "Set.");
    CHECK(sample.number == 3);
    sample.commands.execute({"value.set", {{"number", std::int64_t{4}}, {"label", std::string("a \"b\"")}}});
    sample.commands.execute(Sample::set(4)); // is so already: no line
    CHECK(sample.log == std::vector<std::string>{"value.set(3)", "value.set(4, label=\"a \\\"b\\\"\")"});
    CHECK_FALSE(sample.commands.execute(Sample::set(4)).inverse);
}

TEST_CASE("Wrong commands and arguments are refused with all problems, and nothing happens", "[core][P9]") {
    Sample sample;
    CHECK_THROWS_WITH(sample.commands.execute({"value.sett", {}}), Contains("no command 'value.sett'"));
    try {
        sample.commands.execute({"value.sett", {}});
    } catch (const Error& error) {
        CHECK(error.hint() == "Did you mean 'value.set'?");
        CHECK(error.code() == ExitCode::usage);
    }
    CHECK_THROWS_WITH(sample.commands.execute({"value.set", {}}), Contains("number is missing"));
    CHECK_THROWS_WITH(sample.commands.execute({"value.set", {{"number", std::int64_t{101}}, {"colour", true}}}),
                      Contains("101") && Contains("from -100 to 100") && Contains("'colour'"));
    CHECK_THROWS_WITH(sample.commands.execute({"value.set", {{"number", std::string("3")}}}), Contains("whole number"));
    CHECK_THROWS_WITH(
        sample.commands.execute({"value.set", {{"number", std::int64_t{1}}, {"label", std::string("\xff")}}}),
        Contains("UTF-8"));
    CHECK(sample.number == 0);
    CHECK(sample.log.empty());
}

TEST_CASE("A command that is disabled says why, in menus and when it is executed", "[core][P9]") {
    Sample sample;
    CHECK(sample.commands.reason("value.set").empty());
    sample.locked = true;
    CHECK(sample.commands.reason("value.set") == "It is locked.");
    CHECK_THROWS_WITH(sample.commands.execute(Sample::set(3)), "It is locked.");
    CHECK(sample.number == 0);
}

TEST_CASE("Undo and redo go back and forth; a new change ends what was undone", "[core][P7]") {
    Sample sample;
    History history(sample.commands);
    CHECK_THROWS_WITH(history.undo(), "There is nothing to undo.");
    for (const int value : {1, 2, 3}) history.execute(Sample::set(value));
    CHECK(history.undo_title() == "Set value");
    CHECK(history.redo_title().empty());
    history.undo();
    history.undo();
    CHECK(sample.number == 1);
    history.redo();
    CHECK(sample.number == 2);
    history.undo();
    history.redo();
    history.redo();
    CHECK(sample.number == 3);
    CHECK_THROWS_WITH(history.redo(), "There is nothing to redo.");
    history.undo();
    history.execute(Sample::set(2)); // no change: redo stays
    CHECK_FALSE(history.redo_title().empty());
    history.execute(Sample::set(9));
    CHECK(history.redo_title().empty());
    for (int i = 0; i < 3; ++i) history.undo();
    CHECK(sample.number == 0);
    CHECK(history.undo_title().empty());
    CHECK(sample.log.back() == "value.set(0)");
}

TEST_CASE("Changes of one group are undone and redone together, but those before and after are not", "[core][P7]") {
    Sample sample;
    History history(sample.commands);
    history.execute(Sample::set(1));
    for (const int value : {2, 3, 4}) history.execute(Sample::set(value), 7);
    for (const int value : {5, 6}) history.execute(Sample::set(value), 8);
    CHECK(history.undo().done == "2 changes were undone.");
    CHECK(sample.number == 4);
    CHECK(history.undo().done == "3 changes were undone.");
    CHECK(sample.number == 1);
    CHECK(history.redo().done == "3 changes were redone.");
    CHECK(sample.number == 4);
    history.undo();
    history.undo();
    CHECK(sample.number == 0);
    CHECK(history.undo_title().empty());
    for (int i = 0; i < 3; ++i) history.redo();
    CHECK(sample.number == 6);
}

TEST_CASE("What can't be undone is left out of the history and doesn't end it", "[core]") {
    Sample sample;
    History history(sample.commands);
    history.execute(Sample::set(5));
    history.execute({"value.burn", {}});
    CHECK(sample.number == 4);
    history.undo();
    CHECK(sample.number == 0);
    CHECK(history.undo_title().empty());
}

TEST_CASE("An undo that has become impossible is left out with a sentence; the ones before stay", "[core][P9]") {
    Sample sample;
    History history(sample.commands);
    history.execute(Sample::set(1));
    history.execute(Sample::set(2));
    sample.locked = true;
    CHECK_THROWS_WITH(history.undo(), Contains("can't be undone any more") && Contains("It is locked."));
    sample.locked = false;
    history.undo();
    CHECK(sample.number == 0);
}

TEST_CASE("An undo that fails for a moment can be tried again", "[core][P2]") {
    Sample sample;
    Command busy;
    busy.id = busy.python = "value.busy";
    bool works = true;
    busy.execute = [&](const Values&) -> Effect {
        if (!works) throw Error("The database is busy.");
        return {"", true, Invocation{"value.busy", {}}};
    };
    sample.commands.add(busy);
    History history(sample.commands);
    history.execute({"value.busy", {}});
    works = false;
    CHECK_THROWS_WITH(history.undo(), "The database is busy.");
    works = true;
    CHECK_NOTHROW(history.undo());
}

TEST_CASE("The history keeps the newest changes only", "[core]") {
    Sample sample;
    History history(sample.commands, 2);
    for (const int value : {1, 2, 3}) history.execute(Sample::set(value));
    history.undo();
    history.undo();
    CHECK(sample.number == 1);
    CHECK(history.undo_title().empty());
}

TEST_CASE("Undo and redo are commands that leave no line of their own", "[core][P7]") {
    Sample sample;
    History history(sample.commands);
    add_history_commands(sample.commands, history);
    CHECK(sample.commands.reason("edit.undo") == "There is nothing to undo.");
    history.execute(Sample::set(1));
    history.execute({"edit.undo", {}});
    CHECK(sample.number == 0);
    history.execute({"edit.redo", {}});
    CHECK(sample.number == 1);
    CHECK(history.undo_title() == "Set value");
    CHECK(sample.log == std::vector<std::string>{"value.set(1)", "value.set(0)", "value.set(1)"});
}

TEST_CASE("Values become literals of Python on one line", "[core][P7]") {
    CHECK(python_literal(true) == "True");
    CHECK(python_literal(false) == "False");
    CHECK(python_literal(std::int64_t{-3}) == "-3");
    CHECK(python_literal(0.1) == "0.1");
    CHECK(python_literal(3.0) == "3.0");
    CHECK(python_literal(-0.0) == "-0.0");
    CHECK(python_literal(1e300) == "1e+300");
    CHECK(python_literal(std::numeric_limits<double>::infinity()) == "float(\"inf\")");
    CHECK(python_literal(-std::numeric_limits<double>::infinity()) == "float(\"-inf\")");
    CHECK(python_literal(std::numeric_limits<double>::quiet_NaN()) == "float(\"nan\")");
    CHECK(python_literal(std::string("a\\b\"c'\n\t\r\x01\x7f")) == R"("a\\b\"c'\n\t\r\x01\x7f")");
    CHECK(python_literal(std::string("\xC3\xBC \xE2\x88\x9E \xF0\x9F\x94\xAD")) ==
          "\"\xC3\xBC \xE2\x88\x9E \xF0\x9F\x94\xAD\"");
    CHECK(python_literal(std::string("a\xE2\x80\xA8"
                                     "b\xC2\x85"
                                     "c\xE2\x80\xAE")) == R"("a\u2028b\u0085c\u202e")");
    CHECK(python_literal(std::string("\xff")) == "\"\xEF\xBF\xBD\"");
}

TEST_CASE("Commands are found by parts of words, the likeliest first", "[core]") {
    Sample sample;
    const auto ids = [&](std::string_view typed) {
        std::vector<std::string> found;
        for (const auto* command : sample.commands.search(typed)) found.push_back(command->id);
        return found;
    };
    CHECK(ids("") == std::vector<std::string>{"value.burn", "value.set"});
    CHECK(ids("set") == std::vector<std::string>{"value.set"});
    CHECK(ids("SV") == std::vector<std::string>{"value.set"});
    CHECK(ids("value").size() == 2);
    CHECK(ids("value").front() == "value.set"); // it stands in its title too
    CHECK(ids("for good") == std::vector<std::string>{"value.burn"});
    CHECK(ids("xyz").empty());
}

TEST_CASE("Commands come and go as JSON", "[core][P7]") {
    Sample sample;
    const auto invocation =
        sample.commands.checked(nlohmann::json{{"command", "value.set"}, {"arguments", {{"number", 7}}}});
    CHECK(invocation.arguments.at("label") == Value(std::string("none")));
    CHECK(sample.commands.checked(invocation.to_json()) == invocation);
    CHECK_THROWS_WITH(sample.commands.checked(nlohmann::json{{"command", "value.set"}}), Contains("number is missing"));
    CHECK_THROWS_WITH(
        sample.commands.checked(nlohmann::json{{"command", "value.set"}, {"arguments", {{"number", "x"}}}}),
        Contains("'x'"));
    for (const char* wrong : {"[]", "3", R"({"command": 3})", R"({"command": "value.set", "arguments": 3})"})
        CHECK_THROWS_AS(sample.commands.checked(nlohmann::json::parse(wrong)), Error);
    const auto described = sample.commands.to_json();
    REQUIRE(described.size() == 2);
    CHECK(described[1]["id"] == "value.set");
    CHECK(described[1]["required"] == 1);
    CHECK(described[1]["arguments"][0]["max"] == 100);
}

TEST_CASE("A command needs a name of its own and something to do", "[core]") {
    Sample sample;
    Command command;
    command.id = command.python = "value.new";
    CHECK_THROWS_AS(sample.commands.add(command), Error); // does nothing
    command.execute = [](const Values&) { return Effect{}; };
    command.required = 1;
    CHECK_THROWS_AS(sample.commands.add(command), Error);
    command.required = 0;
    for (const char* name : {"value", "value.", ".new", "value new", "value.new.x", "Value.new", "value.set"}) {
        command.python = name;
        CHECK_THROWS_AS(sample.commands.add(command), Error);
    }
    command.python = "value.new";
    CHECK_NOTHROW(sample.commands.add(command));
    CHECK_THROWS_AS(sample.commands.add(command), Error);
}

TEST_CASE("Listeners can be forgotten, also while they are called", "[core]") {
    Sample sample;
    int calls = 0, number = -1;
    number = sample.commands.listen([&](const Invocation&, const std::string&) {
        ++calls;
        sample.commands.forget(number);
    });
    sample.commands.execute(Sample::set(1));
    sample.commands.execute(Sample::set(2));
    CHECK(calls == 1);
    CHECK(sample.log.size() == 2);
}
