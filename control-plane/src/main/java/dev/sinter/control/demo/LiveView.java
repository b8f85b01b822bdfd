package dev.sinter.control.demo;

import java.io.PrintStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Redraws the last lines of a terminal a few times a second: the present step with a spinner and its time, what it does,
 * and the load. Finished steps scroll away above.
 */
final class LiveView implements ProgressView {

    private static final String[] SPINNER = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
    private static final long FRAME_MILLIS = 120;
    private static final int MAX_WIDTH = 110;
    private static final String GREEN = "32";
    private static final String RED = "31";
    private static final String CYAN = "36";
    private static final String DIM = "2";

    private final Object lock = new Object();
    private final PrintStream out;
    private final InstantSource time;
    private final boolean colours;
    private final Thread painter;
    private int drawnLines;
    private int frame;
    private boolean closed;
    private @Nullable String step;
    private Instant stepSince;
    private String detail = "";
    private @Nullable LoadSnapshot load;

    private LiveView(PrintStream out, InstantSource time, boolean colours) {
        this.out = out;
        this.time = time;
        this.colours = colours;
        stepSince = time.instant();
        painter = Thread.ofVirtual().name("progress").unstarted(this::paint);
    }

    static LiveView start(PrintStream out, InstantSource time, boolean colours) {
        LiveView view = new LiveView(out, time, colours);
        view.painter.start();
        return view;
    }

    @Override
    public void step(String name) {
        synchronized (lock) {
            end();
            step = name;
            stepSince = time.instant();
            detail = "";
            draw();
        }
    }

    @Override
    public void detail(String text) {
        synchronized (lock) {
            detail = text;
        }
    }

    @Override
    public void load(LoadSnapshot snapshot) {
        synchronized (lock) {
            load = snapshot;
        }
    }

    @Override
    public void note(String text) {
        synchronized (lock) {
            keep(Wording.lines(text));
            draw();
        }
    }

    @Override
    public void failed(String message) {
        synchronized (lock) {
            if (step != null) {
                keep(coloured(RED, "✗") + " " + step + " " + coloured(DIM, elapsed()));
                step = null;
            }
            keep(Wording.lines(message));
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            end();
            erase();
            out.flush();
            closed = true;
        }
        painter.interrupt();
    }

    private void paint() {
        try {
            while (true) {
                Thread.sleep(FRAME_MILLIS);
                synchronized (lock) {
                    if (closed) {
                        return;
                    }
                    frame++;
                    draw();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void draw() {
        erase();
        List<String> lines = new ArrayList<>();
        if (step != null) {
            lines.add(
                    coloured(CYAN, SPINNER[frame % SPINNER.length]) + " " + cut(step) + " " + coloured(DIM, elapsed()));
            if (!detail.isEmpty()) {
                lines.add(coloured(DIM, "  " + cut(detail)));
            }
        }
        if (load != null) {
            lines.add(coloured(load.failed() + load.differing() > 0 ? RED : DIM, "  " + cut(Wording.load(load))));
        }
        lines.forEach(line -> out.print(line + "\n"));
        drawnLines = lines.size();
        out.flush();
    }

    private void end() {
        if (step != null) {
            keep(coloured(GREEN, "✓") + " " + step + " " + coloured(DIM, elapsed()));
            step = null;
        }
    }

    private void keep(String line) {
        erase();
        out.print(line + "\n");
        out.flush();
    }

    /** Moves to the first drawn line and clears from there to the end of the screen. */
    private void erase() {
        if (drawnLines > 0) {
            out.print("\u001b[" + drawnLines + "A\r\u001b[J");
            drawnLines = 0;
        }
    }

    private String elapsed() {
        return Wording.elapsed(stepSince, time.instant());
    }

    private String coloured(String code, String text) {
        return colours ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }

    /** A line that wrapped would be counted as one and leave rests behind. */
    private static String cut(String text) {
        String line = Wording.oneLine(text);
        return line.length() <= MAX_WIDTH ? line : line.substring(0, MAX_WIDTH - 1) + "…";
    }
}
