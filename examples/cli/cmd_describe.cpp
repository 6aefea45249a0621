// servicetags completion, servicetags manual: made from the commands' own options, so
// that they never say anything else than --help.
#include <algorithm>
#include <utility>

#include "context.hpp"

namespace servicetags::cli {
namespace {

/// "--region", "-o", "--output": what a user types for an option.
std::vector<std::string> spellings(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.get_snames()) names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) names.push_back("--" + name);
  return names;
}

std::string joined(const std::vector<std::string>& words, std::string_view separator) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : std::string(separator)) + word;
  return text;
}

std::vector<std::string> option_words(const CLI::App& app) {
  std::vector<std::string> words;
  for (const CLI::Option* option : app.get_options()) {
    for (std::string& name : spellings(*option)) words.push_back(std::move(name));
  }
  return words;
}

std::vector<std::string> command_words(const CLI::App& app) {
  std::vector<std::string> words;
  for (const CLI::App* command : app.get_subcommands({})) words.push_back(command->get_name());
  return words;
}

// Completions. Tags, regions, profiles and formats are asked of the program itself.

constexpr const char* kFormats = "table json jsonl csv tsv plain";
constexpr const char* kClouds = "public usgov china germany";

std::string bash_script(const CLI::App& app) {
  std::string text =
      "# bash completion for servicetags, made by 'servicetags completion bash'\n"
      "_servicetags() {\n"
      "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command= i\n"
      "  local -a data=()\n"
      "  COMPREPLY=()\n"
      "  for ((i = 1; i < COMP_CWORD; ++i)); do\n"
      "    case ${COMP_WORDS[i]} in\n"
      "      --data|--cloud) data+=(\"${COMP_WORDS[i]}\" \"${COMP_WORDS[++i]}\") ;;\n"
      "      " +
      joined(command_words(app), "|") +
      ") command=${command:-${COMP_WORDS[i]}} ;;\n"
      "    esac\n"
      "  done\n"
      "  case $prev in\n"
      "    --data|--allow|--since) COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n"
      "    --cloud) COMPREPLY=($(compgen -W '" +
      kClouds +
      "' -- \"$cur\")); return ;;\n"
      "    -o|--output) COMPREPLY=($(compgen -W '" +
      kFormats +
      "' -- \"$cur\")); return ;;\n"
      "    --region) COMPREPLY=($(compgen -W \"$(servicetags \"${data[@]}\" regions -o plain "
      "2>/dev/null)\" -- "
      "\"$cur\")); return ;;\n"
      "    --tag) COMPREPLY=($(compgen -W \"$(servicetags \"${data[@]}\" tags -o plain "
      "2>/dev/null)\" -- \"$cur\")); return ;;\n"
      "  esac\n"
      "  case $command in\n";
  for (const CLI::App* command : app.get_subcommands({})) {
    std::vector<std::string> words = option_words(*command);
    for (std::string& word : option_words(app)) words.push_back(std::move(word));
    text += "    " + command->get_name() + ")\n      if [[ $cur == -* ]]; then\n" +
            "        COMPREPLY=($(compgen -W '" + joined(words, " ") + "' -- \"$cur\"))\n";
    if (command->get_name() == "expand") {
      text +=
          "      else\n        COMPREPLY=($(compgen -W \"$(servicetags \"${data[@]}\" tags -o "
          "plain "
          "2>/dev/null)\" -- \"$cur\"))\n";
    } else if (command->get_name() == "require" || command->get_name() == "check") {
      text +=
          "      else\n        COMPREPLY=($(compgen -W 'azure-machine-learning' -- \"$cur\"))\n";
    } else if (command->get_name() == "completion") {
      text += "      else\n        COMPREPLY=($(compgen -W 'bash zsh fish' -- \"$cur\"))\n";
    } else if (command->get_name() == "diff") {
      text += "      else\n        COMPREPLY=($(compgen -f -- \"$cur\"))\n";
    }
    text += "      fi ;;\n";
  }
  return text + "    *) COMPREPLY=($(compgen -W '" + joined(command_words(app), " ") + " " +
         joined(option_words(app), " ") +
         "' -- \"$cur\")) ;;\n  esac\n}\ncomplete -F _servicetags servicetags\n";
}

/// Text inside single quotes of zsh and fish.
std::string quoted_in_shell(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out;
}

std::string zsh_script(const CLI::App& app) {
  std::string text =
      "#compdef servicetags\n# zsh completion, made by 'servicetags completion zsh'\n"
      "_servicetags() {\n  local -a commands\n  commands=(\n";
  for (const CLI::App* command : app.get_subcommands({})) {
    text +=
        "    '" + command->get_name() + ":" + quoted_in_shell(command->get_description()) + "'\n";
  }
  text +=
      "  )\n  local -a data\n  local i\n"
      "  for ((i = 2; i < CURRENT - 1; ++i)); do\n"
      "    [[ $words[i] == (--data|--cloud) ]] && data+=($words[i] $words[i+1])\n"
      "  done\n  local command=${words[(r)(" +
      joined(command_words(app), "|") +
      ")]}\n  case $words[CURRENT-1] in\n"
      "    --data|--allow|--since) _files; return ;;\n"
      "    --cloud) compadd " +
      std::string(kClouds) +
      "; return ;;\n"
      "    -o|--output) compadd " +
      std::string(kFormats) +
      "; return ;;\n"
      "    --region) compadd ${(f)\"$(servicetags $data regions -o plain 2>/dev/null)\"}; return "
      ";;\n"
      "    --tag) compadd ${(f)\"$(servicetags $data tags -o plain 2>/dev/null)\"}; return ;;\n"
      "  esac\n  case $command in\n";
  for (const CLI::App* command : app.get_subcommands({})) {
    text += "    " + command->get_name() + ") compadd -- " + joined(option_words(*command), " ") +
            " " + joined(option_words(app), " ");
    if (command->get_name() == "expand") {
      text += "; compadd ${(f)\"$(servicetags $data tags -o plain 2>/dev/null)\"}";
    }
    if (command->get_name() == "diff") text += "; _files";
    text += " ;;\n";
  }
  return text + "    *) _describe command commands ;;\n  esac\n}\n_servicetags \"$@\"\n";
}

std::string fish_script(const CLI::App& app) {
  std::string text = "# fish completion for servicetags, made by 'servicetags completion fish'\n";
  const auto add_options = [&](const CLI::App& from, const std::string& condition) {
    for (const CLI::Option* option : from.get_options()) {
      std::string names;
      for (const std::string& name : option->get_snames()) names += " -s " + name;
      for (const std::string& name : option->get_lnames()) names += " -l " + name;
      if (names.empty()) continue;
      const bool takes_value = option->get_expected_max() > 0;
      std::string values;
      if (option->check_lname("region")) values = " -xa '(servicetags regions -o plain)'";
      if (option->check_lname("tag")) values = " -xa '(servicetags tags -o plain)'";
      if (option->check_lname("cloud")) values = std::string(" -xa '") + kClouds + "'";
      if (option->check_lname("output")) values = std::string(" -xa '") + kFormats + "'";
      if (takes_value && values.empty()) values = " -r";
      text += "complete -c servicetags" + condition + names + values + " -d '" +
              quoted_in_shell(option->get_description()) + "'\n";
    }
  };
  add_options(app, "");
  for (const CLI::App* command : app.get_subcommands({})) {
    const std::string name = command->get_name();
    text += "complete -c servicetags -n __fish_use_subcommand -xa " + name + " -d '" +
            quoted_in_shell(command->get_description()) + "'\n";
    add_options(*command, " -n '__fish_seen_subcommand_from " + name + "'");
  }
  return text +
         "complete -c servicetags -n '__fish_seen_subcommand_from expand' -xa '(servicetags tags "
         "-o plain)'\n";
}

// The manual, in man(7).

std::string roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool starts_line = out.empty() || out.back() == '\n';
    if (starts_line && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
  }
  return out;
}

std::string option_paragraphs(const CLI::App& app) {
  std::string text;
  for (const CLI::Option* option : app.get_options()) {
    std::vector<std::string> names = spellings(*option);
    if (names.empty()) names.push_back(option->get_name());
    text +=
        ".TP\n\\fB" + roff(joined(names, ", ")) + "\\fR\n" + roff(option->get_description()) + "\n";
  }
  return text;
}

std::string manual(const CLI::App& app) {
  std::string text = ".TH SERVICETAGS 1 2026-11-23 \"servicetags " SERVICETAGS_VERSION
                     "\" \"User Commands\"\n.SH NAME\nservicetags \\- " +
                     roff(app.get_description()) +
                     "\n.SH SYNOPSIS\n.B servicetags\n[\\fIOPTIONS\\fR] \\fICOMMAND\\fR "
                     "[\\fIARGUMENTS\\fR]\n.SH OPTIONS\nAccepted before and after the command.\n" +
                     option_paragraphs(app) + ".SH COMMANDS\n";
  for (const CLI::App* command : app.get_subcommands({})) {
    text += ".SS " + roff(command->get_name()) + "\n" + roff(command->get_description()) + ".\n" +
            option_paragraphs(*command);
    if (!command->get_footer().empty()) {
      text += ".PP\n.nf\n" + roff(command->get_footer()) + "\n.fi\n";
    }
  }
  return text + ".SH NOTES\n.nf\n" + roff(app.get_footer()) + "\n.fi\n";
}

}  // namespace

void add_completion(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("completion", "A completion script for a shell");
  auto shell = std::make_shared<std::string>();
  command->add_option("SHELL", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->footer(
      "Example:\n"
      "  servicetags completion bash > ~/.local/share/bash-completion/completions/servicetags");
  command->callback([&app, &context, shell] {
    context.command = [&app, &context, shell]() -> int {
      if (*shell == "bash") context.out.write(bash_script(app));
      if (*shell == "zsh") context.out.write(zsh_script(app));
      if (*shell == "fish") context.out.write(fish_script(app));
      return kDone;
    };
  });
}

void add_manual(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("manual", "The manual page, for man -l -");
  command->callback([&app, &context] {
    context.command = [&app, &context]() -> int {
      context.out.write(manual(app));
      return kDone;
    };
  });
}

}  // namespace servicetags::cli
