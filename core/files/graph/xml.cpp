// SPDX-License-Identifier: BSD-3-Clause
#include "core/files/graph/xml.h"

#include "core/canonical_json.h"
#include "core/error.h"
#include "core/files/entities.h"
#include "core/files/graph/text_file.h"
#include "core/schema.h"

#include <expat.h>
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <memory>
#include <vector>

namespace orrery::graph_file {

namespace {

constexpr int block_bytes = 1 << 18;

std::string_view without_prefix(std::string_view name) {
    const auto colon = name.rfind(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

} // namespace

std::optional<std::string_view> XmlAttributes::find(std::string_view name) const {
    for (const char* const* at = list_; *at; at += 2)
        if (without_prefix(at[0]) == name) return at[1];
    return std::nullopt;
}

struct XmlReader::State {
    XML_Parser parser = nullptr;
    const XmlHandler* handler = nullptr;
    std::exception_ptr thrown;
    bool has_entities = false;

    // Nothing may be thrown through the parser, which is C.
    template <class Call>
    void guarded(Call call) {
        if (thrown || has_entities) return;
        try {
            call();
        } catch (...) {
            thrown = std::current_exception();
            XML_StopParser(parser, XML_FALSE);
        }
    }
    void refuse_entities() {
        has_entities = true;
        XML_StopParser(parser, XML_FALSE);
    }

    static State& of(void* data) { return *static_cast<State*>(data); }
    static void XMLCALL begin(void* data, const XML_Char* name, const XML_Char** attributes) {
        State& state = of(data);
        state.guarded([&] { state.handler->begin(without_prefix(name), XmlAttributes(attributes)); });
    }
    static void XMLCALL end(void* data, const XML_Char* name) {
        State& state = of(data);
        state.guarded([&] { state.handler->end(without_prefix(name)); });
    }
    static void XMLCALL text(void* data, const XML_Char* bytes, int count) {
        State& state = of(data);
        state.guarded([&] { state.handler->text({bytes, static_cast<std::size_t>(count)}); });
    }
    static void XMLCALL entity(void* data, const XML_Char*, int, const XML_Char*, int, const XML_Char*, const XML_Char*,
                               const XML_Char*, const XML_Char*) {
        of(data).refuse_entities();
    }
    static void XMLCALL skipped(void* data, const XML_Char*, int) { of(data).refuse_entities(); }
};

XmlReader::XmlReader(std::filesystem::path file) : file_(std::move(file)), state_(nullptr) {
    auto state = std::make_unique<State>();
    state->parser = XML_ParserCreate(nullptr);
    if (!state->parser) refuse("there is no memory for reading it");
    XML_SetUserData(state->parser, state.get());
    XML_SetElementHandler(state->parser, State::begin, State::end);
    XML_SetCharacterDataHandler(state->parser, State::text);
    XML_SetEntityDeclHandler(state->parser, State::entity);
    XML_SetSkippedEntityHandler(state->parser, State::skipped);
    state_ = state.release();
}

XmlReader::~XmlReader() {
    XML_ParserFree(state_->parser);
    delete state_;
}

std::int64_t XmlReader::line() const {
    return state_ ? static_cast<std::int64_t>(XML_GetCurrentLineNumber(state_->parser)) : 0;
}

void XmlReader::refuse(const std::string& what, const std::string& hint) const {
    graph_file::refuse(file_, line(), what, hint);
}

void XmlReader::read(const XmlHandler& handler) {
    bytes_of_file(file_);
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> in(std::fopen(file_.c_str(), "rb"), std::fclose);
    if (!in) graph_file::refuse(file_, 0, "it can't be opened for reading", "Check that you may read it.");
    state_->handler = &handler;
    XML_Parser parser = state_->parser;
    for (bool last = false; !last;) {
        void* to = XML_GetBuffer(parser, block_bytes);
        if (!to) refuse("there is no memory for reading it");
        const std::size_t got = std::fread(to, 1, block_bytes, in.get());
        if (std::ferror(in.get())) refuse("reading stopped after it", "Is its disk sound?");
        last = got == 0;
        if (XML_ParseBuffer(parser, static_cast<int>(got), last) == XML_STATUS_OK) continue;
        if (state_->thrown) std::rethrow_exception(state_->thrown);
        if (state_->has_entities)
            refuse("it makes or uses entities of its own, which are not read: they can grow without bound",
                   "Write their text in their place.");
        const XML_Error code = XML_GetErrorCode(parser);
        const bool truncated = last && (code == XML_ERROR_NO_ELEMENTS || code == XML_ERROR_UNCLOSED_TOKEN ||
                                        code == XML_ERROR_PARTIAL_CHAR || code == XML_ERROR_UNCLOSED_CDATA_SECTION);
        if (truncated) refuse("the file ends before its last element does", "It may be truncated.");
        refuse(fmt::format("this is no well-formed XML: {} (column {})", XML_ErrorString(code),
                           XML_GetCurrentColumnNumber(parser) + 1));
    }
}

std::string xml_escaped(std::string_view text) {
    if (!is_utf8(text))
        throw Error(fmt::format("The text '{}' can't be written as XML: it is no UTF-8.", quotable(text)));
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool noncharacter = text.substr(i, 3) == "\xEF\xBF\xBE" || text.substr(i, 3) == "\xEF\xBF\xBF";
        if (const auto entity = entity_of(c); !entity.empty()) {
            out += entity;
        } else if (c == '\n' || c == '\r' || c == '\t') { // would be read as blanks within quotes
            out += fmt::format("&#{};", static_cast<int>(c));
        } else if ((c >= 0 && c < ' ') || noncharacter) {
            throw Error(fmt::format("The text '{}' can't be written as XML: it holds a character that XML can't.",
                                    quotable(text)),
                        "Write .npz or .gml.");
        } else {
            out += c;
        }
    }
    return out;
}

} // namespace orrery::graph_file
