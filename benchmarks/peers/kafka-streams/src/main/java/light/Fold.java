package light;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.OffsetDateTime;
import java.util.TreeMap;

/** The light fold of one dossier, the same as fold.py: late, letter owed, minutes of overrun by officer, on the wall clock. */
final class Fold {
    static final ObjectMapper JSON = new ObjectMapper();
    private static final String OF = "vn.dunghen.dossier.";

    /** Minutes since 1970; 0 is not known yet. */
    static final class State {
        @JsonProperty long due;
        @JsonProperty String holder;
        @JsonProperty long since;
        @JsonProperty boolean letter;
        @JsonProperty TreeMap<String, Long> overrun = new TreeMap<>();
    }

    record Judgement(boolean late, boolean letter_owed, TreeMap<String, Long> overrun) {}

    private Fold() {}

    /** Moves the state on; a judgement when the result is issued, else null. */
    static Judgement next(State state, String type, String time, byte[] value) throws IOException {
        long at = OffsetDateTime.parse(time).toEpochSecond() / 60;
        switch (type.startsWith(OF) ? type.substring(OF.length()) : "") {
            case "accepted.v1" -> {
                JsonNode limit = JSON.readTree(value).get("limit");
                state.due = at + limit.get("amount").asLong() * minutes(limit.get("unit").asText());
            }
            case "transferred.v1" -> {
                settle(state, at);
                JsonNode to = JSON.readTree(value).get("to");
                state.holder = to.has("officer") ? to.get("officer").asText() : to.get("unit").asText();
                state.since = at;
            }
            case "apology_letter_sent.v1" -> state.letter = true;
            case "result_issued.v1" -> {
                settle(state, at);
                boolean late = state.due > 0 && at > state.due;
                return new Judgement(late, late && !state.letter, state.overrun);
            }
            default -> { }
        }
        return null;
    }

    /** Without a calendar a working day is seven fifths of a day. */
    private static long minutes(String unit) {
        return unit.equals("working_days") ? 24 * 60 * 7 / 5 : 24 * 60;
    }

    private static void settle(State state, long at) {
        if (state.due > 0 && state.holder != null && at > state.due) {
            state.overrun.merge(state.holder, at - Math.max(state.since, state.due), Long::sum);
        }
        state.since = at;
    }
}
