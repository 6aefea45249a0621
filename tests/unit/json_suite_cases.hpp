// Texts that are JSON, and texts that are not, by the grammar of RFC 8259. Data only.
// Tested by: tests/unit/json_suite_test.cpp
#pragma once

#include <string_view>

// The `sv` matters: several texts hold a zero byte.
using namespace std::string_view_literals;

inline constexpr std::string_view kJson[] = {
    // Literals and blanks.
    "null"sv, "true"sv, "false"sv, " null"sv, "true "sv, "\tfalse\n"sv, "\r\n null \r\n"sv,
    "[null]"sv, "[true,false]"sv, "[ true , false ]"sv, "[\ntrue\n]"sv, "{\"a\":null}"sv,
    // Numbers.
    "0"sv, "-0"sv, "7"sv, "-7"sv, "10"sv, "1234567890"sv, "0.0"sv, "-0.0"sv, "0.5"sv, "1.25"sv,
    "123.456"sv, "1e0"sv, "1E0"sv, "1e5"sv, "1E5"sv, "1e+5"sv, "1E+5"sv, "1e-5"sv, "1E-5"sv,
    "1e05"sv, "0e0"sv, "0E+1"sv, "1.5e10"sv, "-1.5E-10"sv, "0.000000000000000000000000001"sv,
    "9007199254740993"sv, "9223372036854775807"sv, "-9223372036854775808"sv,
    "18446744073709551615"sv, "18446744073709551616"sv,
    "123456789012345678901234567890"sv, "[1,-2,3.5,4e1]"sv, "[ 1]"sv, "[1 ]"sv, "[0,0]"sv,
    // Strings.
    "\"\""sv, "\"a\""sv, "\" \""sv, "\"/\""sv, "\"'\""sv, "\"\x7f\""sv, "\"\\\"\""sv, "\"\\\\\""sv,
    "\"\\/\""sv, "\"\\b\\f\\n\\r\\t\""sv, "\"\\u0000\""sv, "\"\\u0020\""sv, "\"\\u00e9\""sv,
    "\"\\u00E9\""sv, "\"\\uFFFF\""sv, "\"\\uabcd\\uABCD\""sv, "\"\\ud83d\\ude00\""sv,
    "\"\\uDBFF\\uDFFF\""sv, "\"\\ud800\\udc00\""sv, "\"\xc3\xa9\""sv, "\"\xe2\x82\xac\""sv,
    "\"\xf0\x9f\x98\x80\""sv, "\"\xf4\x8f\xbf\xbf\""sv, "\"\xef\xbf\xbf\""sv, "\"\xc2\x80\""sv,
    "\"\xe0\xa0\x80\""sv, "\"\xed\x9f\xbf\""sv, "\"\xee\x80\x80\""sv, "\"\xf0\x90\x80\x80\""sv,
    "\"\xe2\x80\xa8\""sv, "\"\xef\xbb\xbf\""sv, "\"[1,2]\""sv, "\"{}\""sv, "\"// no comment\""sv,
    "\"\\\\u0041\""sv, "\"\\\\\\\"\""sv, "[\"a\",\"b\"]"sv,
    // Arrays and objects.
    "[]"sv, "{}"sv, "[ ]"sv, "{ }"sv, "[\n]"sv, "[[]]"sv, "[[],[]]"sv, "[{}]"sv, "[{},{}]"sv,
    "[[[[[[[[]]]]]]]]"sv, "[1,[2,[3]]]"sv, "{\"\":0}"sv, "{\"a\":1,\"b\":2}"sv,
    "{\"a\":{\"a\":{\"a\":1}}}"sv, "{\"a\":[],\"b\":{}}"sv, "{ \"a\" : 1 , \"b\" : [ 2 ] }"sv,
    "{\"a\":1,\"A\":2}"sv, "{\"\\u0061b\":1}"sv, "{\"a b\":\"c d\"}"sv, "[{\"a\":1},{\"a\":1}]"sv,
    "\xef\xbb\xbf{}"sv, "\xef\xbb\xbf \n[1]\n"sv,
};

inline constexpr std::string_view kNotJson[] = {
    // Nothing, or no value.
    ""sv, " "sv, "\n"sv, "\xef\xbb\xbf"sv, ","sv, ":"sv, "]"sv, "}"sv, ")"sv, "*"sv, "."sv, "\\"sv,
    "@"sv, "#"sv, "=1"sv, "&"sv, "`"sv, "a"sv, "<html>"sv, "\xff"sv, "\x80"sv, "\xc3\xa9"sv,
    // Words that only look like literals.
    "nul"sv, "nulll"sv, "Null"sv, "NULL"sv, "nil"sv, "none"sv, "None"sv, "undefined"sv, "tru"sv,
    "True"sv, "TRUE"sv, "truee"sv, "fals"sv, "False"sv, "falsee"sv, "yes"sv, "no"sv, "NaN"sv,
    "-NaN"sv, "nan"sv, "Infinity"sv, "-Infinity"sv, "+Infinity"sv, "inf"sv, "-inf"sv, "[nul]"sv,
    "[tru"sv, "[NaN]"sv, "{\"a\":tru}"sv, "[true false]"sv, "t rue"sv,
    // Numbers.
    "+1"sv, "+0"sv, "-"sv, "--1"sv, "- 1"sv, "-a"sv, "-+1"sv, "00"sv, "01"sv, "007"sv, "-01"sv,
    "-00"sv, "1."sv, ".1"sv, "-.1"sv, "-1."sv, "1.e1"sv, "0.e1"sv, ".5e1"sv, "1..2"sv, "1.2.3"sv,
    "1e"sv, "1E"sv, "1e+"sv, "1E-"sv, "1e-+1"sv, "1ee1"sv, "1e1.5"sv, "1e1e1"sv, "0x1F"sv, "0x"sv,
    "0b1"sv, "0o7"sv, "1_000"sv, "1,000"sv, "1 000"sv, "1a"sv, "1f"sv, "1L"sv, "12:34"sv,
    "192.0.2.1"sv, "1+1"sv, "1/2"sv, "[1.]"sv, "[.1]"sv, "[01]"sv, "[-]"sv, "[1e]"sv, "[+1]"sv,
    "[1.0.0]"sv, "\xd9\xa1"sv, "\xef\xbc\x91"sv, "[1 2]"sv,
    // Too large for a double: section 6 leaves it to the reader, and ours refuses.
    "1e999"sv, "-1e999"sv,
    // Strings.
    "\""sv, "\"a"sv, "a\""sv, "\"\"\""sv, "'a'"sv, "\"a'"sv, "`a`"sv, "\"\\\""sv, "\"\\"sv,
    "\"\\a\""sv, "\"\\0\""sv, "\"\\'\""sv, "\"\\x41\""sv, "\"\\v\""sv, "\"\\U0041\""sv, "\"\\ \""sv,
    "\"\\\n\""sv, "\"\\u\""sv, "\"\\u0\""sv, "\"\\u00\""sv, "\"\\u004\""sv, "\"\\u004g\""sv,
    "\"\\u 041\""sv, "\"\\u-041\""sv, "\"\\u+041\""sv, "\"\\u{41}\""sv, "\"\\u00A"sv,
    "\"\n\""sv, "\"\r\""sv, "\"\t\""sv, "\"\x01\""sv, "\"\x08\""sv, "\"\x0c\""sv, "\"\x1b\""sv,
    "\"\x1f\""sv, "\"a\" \"b\""sv, "\"a\"b"sv, "[\"a]"sv, "[a]"sv, "[\"a\" \"b\"]"sv, "[\"a\"b]"sv,
    // Halves of surrogate pairs, escaped.
    "\"\\ud800\""sv, "\"\\udbff\""sv, "\"\\udc00\""sv, "\"\\udfff\""sv, "\"\\ud800x\""sv,
    "\"\\ud800\\n\""sv, "\"\\ud800\\u0041\""sv, "\"\\ud800\\ud800\""sv, "\"\\udc00\\ud800\""sv,
    "\"\\ud83d\\ude0\""sv, "\"\\ud83d\\\""sv, "\"\\ud83d\\u\""sv,
    // Bytes that are not UTF-8: alone, too long, surrogates, beyond U+10FFFF, cut short.
    "\"\x80\""sv, "\"\xbf\""sv, "\"\xc0\x80\""sv, "\"\xc1\xbf\""sv, "\"\xc3\""sv, "\"\xc3(\""sv,
    "\"\xe0\x80\xaf\""sv, "\"\xe0\x9f\xbf\""sv, "\"\xe2\x82\""sv, "\"\xe2(\xac\""sv,
    "\"\xed\xa0\x80\""sv, "\"\xed\xbf\xbf\""sv, "\"\xf0\x80\x80\x80\""sv, "\"\xf0\x8f\xbf\xbf\""sv,
    "\"\xf0\x9f\x98\""sv, "\"\xf4\x90\x80\x80\""sv, "\"\xf5\x80\x80\x80\""sv,
    "\"\xf8\x88\x80\x80\x80\""sv, "\"\xfe\""sv, "\"\xff\""sv, "[\"\xe9\"]"sv, "{\"\xe9\":1}"sv,
    // Arrays.
    "["sv, "[["sv, "[[]"sv, "[]]"sv, "[1"sv, "[1,"sv, "[1,]"sv, "[,1]"sv, "[,]"sv, "[1,,2]"sv,
    "[1,2,,]"sv, "[1;2]"sv, "[1:2]"sv, "[\"a\":1]"sv, "[1}"sv, "[1)"sv, "(1]"sv, "[][]"sv, "[],"sv,
    "[] x"sv, "[]1"sv, "1[]"sv, "[*]"sv, "[...]"sv, "[1,2"sv, "[{]"sv, "[}"sv, "[\"a\",\n4\n,1,"sv,
    // Objects.
    "{"sv, "{]"sv, "{}}"sv, "{{}}"sv, "{\"a\"}"sv, "{\"a\":}"sv, "{\"a\" 1}"sv, "{\"a\"::1}"sv,
    "{\"a\",1}"sv, "{\"a\"=1}"sv, "{\"a\"=>1}"sv, "{:1}"sv, "{1:1}"sv, "{null:1}"sv, "{a:1}"sv,
    "{'a':1}"sv, "{\"a\":1,}"sv, "{,\"a\":1}"sv, "{,}"sv, "{\"a\":1,,\"b\":2}"sv,
    "{\"a\":1 \"b\":2}"sv, "{\"a\":1;\"b\":2}"sv, "{\"a\":1,\"b\"}"sv, "{\"a\":1,2}"sv, "{\"a\":1"sv,
    "{\"a\":"sv, "{\"a\""sv, "{\"a"sv, "{\"a\":1]"sv, "{[]:1}"sv, "{{}:1}"sv, "{\"a\":1}}"sv,
    "{}{}"sv, "{} []"sv, "{\"a\":1}x"sv, "{\"a\":1}\""sv, "{...}"sv, "{\"a\":b}"sv,
    "{\"a\":1,\"a\":2}"sv, "{\"a\":1,\"a\":1}"sv, "{\"a\":1,\"\\u0061\":2}"sv, "{\"\":1,\"\":2}"sv,
    // Comments, and blanks that JSON does not know.
    "// c\n1"sv, "/* c */1"sv, "1 // c"sv, "1/**/"sv, "# c\n1"sv, "[1/*c*/]"sv, "{/*c*/}"sv,
    "{\"a\":1}//"sv, "{\"a\":1}#"sv, "\v1"sv, "\f[]"sv, "[\f]"sv, "\xc2\xa0[]"sv,
    "[\xe2\x80\xa8]"sv, "\xe2\x81\xa0[]"sv, "[\x1f]"sv, "\x08[]"sv,
    // Marks of byte order, and UTF-16.
    "\xef\xbb"sv, "\xef\xbb\xbf\xef\xbb\xbf[]"sv, "[\xef\xbb\xbf]"sv, "[]\xef\xbb\xbf"sv,
    "\xff\xfe[\0]\0"sv, "\xfe\xff\0[\0]"sv, "[\0]\0"sv, "\0[\0]"sv,
    // A zero byte: some readers take it for the end.
    "\0"sv, "[]\0"sv, "[]\0[]"sv, "{\"a\":1}\0garbage"sv, "123\0"sv, "[1\0]"sv, "[\0 ]"sv,
    "\"\0\""sv, "\"a\0"sv, "nul\0"sv, "{\"a\0\":1}"sv, "[] \0\0\0\0"sv,
};
