package dev.sinter.merger.contract;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which framework a start command belongs to. The runtime runs the unmodified entry point and takes its server where it
 * binds, so a rule only says that the framework is one whose servers it knows, and where they listen by default.
 */
public final class ContractRules {

    public static final String UNKNOWN = "unknown";

    private ContractRules() {}

    /**
     * A Python program: a module, a console script or a file.
     *
     * @param name of the module or console script; of a file without directories
     * @param source text of the file, empty where it is none of the function's own
     * @param settings text of the server's own settings file, empty if there is none
     */
    record Program(
            String name,
            boolean file,
            List<String> arguments,
            String source,
            String settings,
            Map<String, String> environment) {

        boolean has(String argument) {
            return arguments.contains(argument);
        }

        boolean mentions(String regex) {
            return Pattern.compile(regex, Pattern.MULTILINE).matcher(source).find();
        }

        Program with(List<String> otherArguments) {
            return new Program(name, file, otherArguments, source, settings, environment);
        }

        /** The value of the first argument that is one of the options. */
        @Nullable
        String option(List<String> names) {
            for (int i = 0; i < arguments.size(); i++) {
                String argument = arguments.get(i);
                for (String name : names) {
                    if (argument.equals(name) && i + 1 < arguments.size()) {
                        return arguments.get(i + 1);
                    }
                    boolean attached = name.startsWith("--")
                            ? argument.startsWith(name + "=")
                            : argument.startsWith(name) && argument.length() > name.length();
                    if (attached) {
                        return argument.substring(name.length() + (name.startsWith("--") ? 1 : 0));
                    }
                }
            }
            return null;
        }
    }

    /** @param defaultPort {@code null} where the framework has none */
    record Rule(String contract, @Nullable Integer defaultPort, boolean capturable, Predicate<Program> matches) {

        /** What is no Python program, or none that a rule can read. */
        static Rule unknown(String contract, @Nullable Integer defaultPort) {
            return new Rule(contract, defaultPort, false, program -> false);
        }
    }

    private static final Set<String> FUNCTIONS_FRAMEWORK = Set.of(
            "functions-framework",
            "functions-framework-python",
            "functions_framework",
            "functions_framework_python",
            "ff");

    private static final Pattern WORKER_CLASS = Pattern.compile("(?m)^\\s*worker_class\\s*=\\s*[\"']([^\"']+)[\"']");

    /** The first that matches counts. */
    private static final List<Rule> RULES = List.of(
            new Rule("functions-framework", 8080, true, ContractRules::isFunctionsFramework),
            new Rule("knative-func", 8080, true, p -> p.mentions("^\\s*(from|import) func_python\\b")),
            new Rule("tinyfaas", 8000, true, p -> p.file() && p.name().equals("functionhandler.py")),
            new Rule("gunicorn-greenlet", 8000, false, p -> named(p, "gunicorn") && greenlets(p)),
            new Rule(
                    "gunicorn-uvicorn",
                    8000,
                    true,
                    p -> named(p, "gunicorn") && worker(p).contains("uvicorn")),
            new Rule("gunicorn", 8000, true, p -> named(p, "gunicorn")),
            new Rule("uvicorn", 8000, true, p -> named(p, "uvicorn")),
            new Rule("hypercorn", 8000, true, p -> named(p, "hypercorn")),
            new Rule("daphne", 8000, true, p -> named(p, "daphne")),
            new Rule("fastapi", 8000, true, p -> named(p, "fastapi")),
            new Rule("granian", 8000, false, p -> named(p, "granian")),
            new Rule("flask", 5000, true, p -> named(p, "flask")),
            new Rule("waitress", 8080, true, p -> named(p, "waitress-serve") || named(p, "waitress")),
            new Rule("aiohttp", 8080, true, p -> named(p, "aiohttp.web")),
            new Rule("http.server", 8000, true, p -> named(p, "http.server")),
            new Rule("django", 8000, true, ContractRules::isRunserver),
            new Rule("openfaas-http", 5000, true, p -> p.file() && p.mentions("^\\s*from function import handler")),
            new Rule(
                    "greenlet-script",
                    null,
                    false,
                    p -> p.file() && p.mentions("^\\s*(from|import) (gevent|eventlet)\\b")),
            new Rule("granian", 8000, false, p -> p.file() && imports(p, "granian")),
            new Rule("waitress", 8080, true, p -> p.file() && imports(p, "waitress")),
            new Rule("hypercorn", 8000, true, p -> p.file() && imports(p, "hypercorn")),
            new Rule("uvicorn", 8000, true, p -> p.file() && imports(p, "uvicorn")),
            new Rule("aiohttp", 8080, true, p -> p.file() && imports(p, "aiohttp") && p.mentions("run_app|TCPSite")),
            new Rule("tornado", null, true, p -> p.file() && imports(p, "tornado")),
            new Rule("bottle", 8080, true, p -> p.file() && imports(p, "bottle")),
            new Rule("sanic", 8000, true, p -> p.file() && imports(p, "sanic")),
            new Rule("flask", 5000, true, p -> p.file() && imports(p, "flask")),
            new Rule("werkzeug", null, true, p -> p.file() && imports(p, "werkzeug")),
            new Rule("wsgiref", null, true, p -> p.file() && imports(p, "wsgiref")),
            new Rule(
                    "http.server",
                    null,
                    true,
                    p -> p.file() && (imports(p, "http.server") || p.mentions("^from http import server"))),
            new Rule("socketserver", null, true, p -> p.file() && imports(p, "socketserver")),
            new Rule("python-script", null, true, Program::file),
            new Rule("python-module", null, true, p -> !p.file()));

    static Rule of(Program program) {
        for (Rule rule : RULES) {
            if (rule.matches().test(program)) {
                return rule;
            }
        }
        throw new IllegalStateException("the last two rules match every program");
    }

    private static boolean isFunctionsFramework(Program program) {
        boolean server = named(program, "gunicorn") || named(program, "uvicorn");
        return FUNCTIONS_FRAMEWORK.contains(program.name())
                || (server && program.arguments().stream().anyMatch(a -> a.startsWith("functions_framework")));
    }

    private static boolean isRunserver(Program program) {
        return program.has("runserver")
                && (program.mentions("django") || named(program, "django") || named(program, "django-admin"));
    }

    private static boolean named(Program program, String name) {
        return program.name().equals(name)
                && (!program.file() || program.source().isEmpty());
    }

    private static boolean imports(Program program, String module) {
        String quoted = Pattern.quote(module);
        return program.mentions("^\\s*(from\\s+" + quoted + "[.\\s]|import\\s+([\\w.]+\\s*,\\s*)*" + quoted + "\\b)");
    }

    private static boolean greenlets(Program program) {
        return worker(program).contains("gevent") || worker(program).contains("eventlet");
    }

    private static String worker(Program program) {
        String option = program.option(List.of("-k", "--worker-class"));
        if (option != null) {
            return option;
        }
        Matcher setting = WORKER_CLASS.matcher(program.settings());
        String variable = program.environment().getOrDefault("GUNICORN_CMD_ARGS", "");
        return variable + " " + (setting.find() ? setting.group(1) : "");
    }
}
