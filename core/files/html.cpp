// SPDX-License-Identifier: BSD-3-Clause
#include "core/files/html.h"

#include "core/canonical_json.h"
#include "core/files/entities.h"

#include <fmt/format.h>

namespace orrery {

namespace {

constexpr std::string_view style = R"(
:root{color-scheme:light dark;--back:#fff;--text:#1c1e21;--weak:#5c6570;--line:#d5d9de;--head:#f2f4f6;--mark:#fff3cd;--bad:#b3261e}
@media (prefers-color-scheme:dark){:root{--back:#16181b;--text:#e4e6e9;--weak:#9aa3ad;--line:#363b42;--head:#20242a;--mark:#4a3f14;--bad:#ff8a80}}
@media print{:root{--back:#fff;--text:#000;--weak:#444;--line:#bbb;--head:#f2f2f2;--mark:#fff3cd;--bad:#b3261e}body{margin:0;max-width:none}
.scroll{overflow:visible}figure,tr{break-inside:avoid}h2,h3{break-after:avoid}thead{display:table-header-group}}
body{font:15px/1.5 system-ui,"Segoe UI","DejaVu Sans",sans-serif;color:var(--text);background:var(--back);max-width:75em;margin:2em auto;padding:0 1.5em}
h1{font-size:1.6em;margin:0 0 .2em}h2{font-size:1.2em;margin:2em 0 .5em;border-bottom:1px solid var(--line)}
.scroll{overflow-x:auto}table{border-collapse:collapse;font-size:.92em}
th,td{border-bottom:1px solid var(--line);padding:3px 12px 3px 0;text-align:left;vertical-align:top}th{background:var(--head);padding-left:4px}td{padding-left:4px}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}code,.code{font-family:"DejaVu Sans Mono",monospace;font-size:.9em;overflow-wrap:anywhere}
.weak{color:var(--weak)}.bad{color:var(--bad)})";

} // namespace

std::string html_text(std::string_view text) {
    std::string out;
    for (const char c : valid_utf8(text)) {
        if (const auto entity = entity_of(c); !entity.empty()) {
            out += entity;
        } else if (c == '\'') {
            out += "&#39;";
        } else if (c == '\n') {
            out += "<br>";
        } else if (static_cast<unsigned char>(c) >= 0x20 || c == '\t') {
            out += c; // other control characters have no place in HTML
        }
    }
    return out;
}

std::string html_page(std::string_view title, std::string_view body, std::string_view more_style) {
    return fmt::format("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
                       "content=\"width=device-width\">\n<title>{}</title>\n<style>{}{}</style>\n</head>\n<body>\n{}"
                       "</body>\n</html>\n",
                       html_text(title), style, more_style, body);
}

} // namespace orrery
