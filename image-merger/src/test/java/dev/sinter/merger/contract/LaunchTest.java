package dev.sinter.merger.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinter.merger.CompatibilityReport.MemberFacts;
import dev.sinter.merger.ImageMerger;
import dev.sinter.merger.Member;
import dev.sinter.merger.MergeProgress;
import dev.sinter.merger.MergeRequest;
import dev.sinter.merger.MergerSettings;
import dev.sinter.merger.Overrides;
import dev.sinter.merger.TestImage;
import dev.sinter.merger.TestImage.Tar;
import dev.sinter.merger.Tier;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LaunchTest {

    @TempDir
    Path directory = Path.of("");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gunicorn -b 0.0.0.0:9000 app:app                          | gunicorn            | 9000",
                "gunicorn -k uvicorn.workers.UvicornWorker app:app         | gunicorn-uvicorn    | 8080",
                "gunicorn --worker-class gevent app:app                    | gunicorn-greenlet   | 8080",
                "python3 -m gunicorn --bind=:7000 app:app                  | gunicorn            | 7000",
                "uvicorn main:app --port 8001                              | uvicorn             | 8001",
                "python3 -u -m uvicorn main:app                            | uvicorn             | 8080",
                "hypercorn main:app --bind 0.0.0.0:8002                    | hypercorn           | 8002",
                "flask run --port=5001                                     | flask               | 5001",
                "daphne -b 0.0.0.0 -p 8006 main:app                        | daphne              | 8006",
                "hypercorn -b [::]:8007 main:app                           | hypercorn           | 8007",
                "python3 -m aiohttp.web -H 0.0.0.0 -P 8009 main:app        | aiohttp             | 8009",
                "python3 manage.py runserver 0.0.0.0:8010                  | django              | 8010",
                "python3 manage.py runserver --noreload 8011               | django              | 8011",
                "python3 -m http.server 8012 --directory /srv              | http.server         | 8012",
                "python3 -m mine                                           | tornado             | 8080",
                "python3 -m mine.server                                    | waitress            | 8080",
                "/cnb/process/web                                          | buildpacks          | 8080",
                "fwatchdog                                                 | openfaas-watchdog   | 8080",
                "node server.js                                            | node                | 8080",
                "fastapi run main.py --port 8003                           | fastapi             | 8003",
                "waitress-serve --listen=*:8041 app:app                    | waitress            | 8041",
                "functions-framework --target handle --port 8004           | functions-framework | 8004",
                "python3 -m http.server                                    | http.server         | 8080",
                "python3 app.py                                            | flask               | 8080",
                "python3 -c pass                                           | unknown             | 8080",
                "/bin/server --port 8005                                   | unknown             | 8005",
            })
    void commandsTellTheirContractAndPort(String command, String contract, int port) {
        MemberFacts facts =
                facts(TestImage.from(image()).command(command.strip().split(" ", -1)), Overrides.NONE);

        assertThat(facts.contract()).isEqualTo(contract);
        assertThat(facts.port()).isEqualTo(port);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "exec python3 app.py                | python3,app.py",
                "cd /app && python3 app.py          | python3,app.py",
                "MODE=x exec python3 'app.py' \"a b\" | python3,app.py,a b",
                "python3 app.py --port ${PORT:-81}  | python3,app.py,--port,81",
                "python3 app.py $MODE               | python3,app.py,fast",
            })
    void aShellAroundOneCommandIsTakenOff(String script, String argv) {
        MemberFacts facts = facts(
                TestImage.from(image())
                        .entrypoint("tini", "-g", "--", "/bin/sh", "-c", script)
                        .command(),
                Overrides.NONE);

        assertThat(facts.argv()).containsExactly(argv.split(",", -1));
        assertThat(facts.contract()).isEqualTo("flask");
    }

    @ParameterizedTest
    @CsvSource({"python3 migrate.py; python3 app.py", "python3 app.py | tee log", "python3 `which app`", "a $(b)"})
    void aScriptThatNeedsAShellKeepsIt(String script) {
        MemberFacts facts =
                facts(TestImage.from(image()).entrypoint("sh", "-c", script).command(), Overrides.NONE);

        assertThat(facts.argv().getFirst()).isEqualTo("sh");
        assertThat(facts.contract()).isEqualTo(ContractRules.UNKNOWN);
    }

    @Test
    void anEntryPointFromOutsideDropsTheImagesCommand() {
        Overrides overrides = new Overrides(List.of("gunicorn"), null, Map.of("PORT", "9999"), "/srv", null);

        MemberFacts facts = facts(image(), overrides);

        assertThat(facts.argv()).containsExactly("gunicorn");
        assertThat(facts.workingDir()).isEqualTo("/srv");
        assertThat(facts.port()).isEqualTo(9999);
    }

    @Test
    void gunicornsOwnSettingsAreReadWithAndWithoutBeingNamed() {
        TestImage named = TestImage.from(image()).command("gunicorn", "-c", "settings.py", "app:app");
        TestImage unnamed = TestImage.from(image())
                .layer(new Tar().file("app/gunicorn.conf.py", "bind = ['127.0.0.1:7778']\n"))
                .command("gunicorn", "app:app");

        assertThat(facts(named, Overrides.NONE).contract()).isEqualTo("gunicorn-greenlet");
        assertThat(facts(named, Overrides.NONE).tier()).isEqualTo(Tier.CO_PROCESS);
        assertThat(facts(named, Overrides.NONE).port()).isEqualTo(7777);
        assertThat(facts(unnamed, Overrides.NONE).port()).isEqualTo(7778);
    }

    @Test
    void aServerOnAUnixSocketHasNoPort() {
        TestImage image = TestImage.from(image()).command("gunicorn", "--bind=unix:/run/app", "app:app");

        assertThat(facts(image, Overrides.NONE).port()).isNull();
        assertThat(facts(image, Overrides.NONE).tier()).isEqualTo(Tier.CO_POD);
    }

    @Test
    void aPortThatOnlyTheSourceNamesIsFoundUnlessItNamesSeveral() {
        TestImage bare = TestImage.from(TestImage.python()).exposeNothing();
        TestImage one = TestImage.from(bare)
                .layer(new Tar().file("app/app.py", "import flask\napp.run('0.0.0.0', port=7001)\n"));
        TestImage several = TestImage.from(bare)
                .layer(new Tar().file("app/app.py", "import flask\nredis(port=6379)\napp.run(port=7001)\n"));

        assertThat(facts(one, Overrides.NONE).port()).isEqualTo(7001);
        assertThat(facts(several, Overrides.NONE).port()).isEqualTo(5000);
    }

    @Test
    void theWatchdogStaysAndTellsWhichInterpreterTheImageHas() {
        TestImage image = TestImage.from(image())
                .environment("PATH=/usr/bin", "fprocess=python3 index.py", "mode=http", "port=8081")
                .command("fwatchdog");

        assertThat(facts(image, Overrides.NONE).runtime()).isEqualTo("python3.13");
        assertThat(facts(image, Overrides.NONE).port()).isEqualTo(8081);
        assertThat(facts(image, Overrides.NONE).tier()).isEqualTo(Tier.CO_PROCESS);
    }

    private static TestImage image() {
        Tar tar = new Tar()
                .file("app/app.py", "import os\nfrom flask import Flask\n")
                .file("app/main.py", "")
                .file("app/manage.py", "from django.core.management import execute_from_command_line\n")
                .file("app/mine/__main__.py", "import tornado.web\n")
                .file("app/mine/server.py", "from waitress import serve\n")
                .file("app/settings.py", "bind = '0.0.0.0:7777'\nworker_class = 'gevent'\n")
                .script("usr/bin/fwatchdog", "ELF")
                .script("usr/bin/node", "ELF");
        for (String script : List.of(
                "gunicorn",
                "uvicorn",
                "hypercorn",
                "daphne",
                "flask",
                "fastapi",
                "waitress-serve",
                "functions-framework")) {
            tar.script("usr/bin/" + script, "#!/usr/bin/python3\nimport sys\n");
        }
        return TestImage.from(TestImage.python())
                .layer(tar)
                .environment("PATH=/usr/bin", "MODE=fast")
                .command("python3", "app.py");
    }

    private MemberFacts facts(TestImage image, Overrides overrides) {
        Path archive = TestImage.archive(directory.resolve("in.tar"), Map.of("a", image));
        MergeRequest request = new MergeRequest(
                "g",
                List.of(new Member("a", "docker-archive:" + archive, overrides, null)),
                List.of(),
                Tier.IN_PROCESS);
        return new ImageMerger(MergerSettings.in(directory.resolve("cache")), null)
                .analyse(request, MergeProgress.NONE)
                .members()
                .getFirst();
    }
}
