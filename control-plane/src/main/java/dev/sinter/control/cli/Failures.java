package dev.sinter.control.cli;

import dev.sinter.control.api.ApiException;
import dev.sinter.control.compose.ComposeException;
import dev.sinter.control.demo.DemoException;
import dev.sinter.control.lifecycle.LifecycleException;
import dev.sinter.control.platform.PlatformException;
import dev.sinter.control.server.ServerException;
import dev.sinter.control.setup.SetupException;
import dev.sinter.control.store.StoreException;
import dev.sinter.control.verify.VerifyException;
import dev.sinter.control.xds.XdsException;
import dev.sinter.merger.MergeException;
import dev.sinter.planner.graph.PlanningException;
import java.io.PrintWriter;
import java.io.StringWriter;

/** Turns a failure into the one message a person sees. */
final class Failures {

    private Failures() {}

    static String describe(Throwable failure) {
        return switch (failure) {
            case CommandException e -> line(e.code(), e);
            case ApiException e -> line(e.code(), e);
            case ComposeException e -> line(e.code(), e);
            case DemoException e -> line(e.code(), e);
            case LifecycleException e -> line(e.code(), e);
            case MergeException e -> line(e.code(), e);
            case PlatformException e -> line(e.code(), e);
            case ServerException e -> line(e.code(), e);
            case PlanningException e -> line(e.code(), e);
            case SetupException e -> line(e.code(), e);
            case StoreException e -> line(e.code(), e);
            case VerifyException e -> line(e.code(), e);
            case XdsException e -> line(e.code(), e);
            default -> "SNT0199 unexpected failure; please report it with this trace\n" + trace(failure);
        };
    }

    private static String line(String code, Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        return message.startsWith(code) ? message : code + " " + message;
    }

    private static String trace(Throwable failure) {
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace, true));
        return trace.toString();
    }
}
