BEGIN TRANSACTION;
CREATE TABLE call (
	call_id VARCHAR NOT NULL, 
	recording VARCHAR, 
	recording_path VARCHAR, 
	agent_id VARCHAR, 
	agent_name VARCHAR, 
	team VARCHAR, 
	shift VARCHAR, 
	ruleset VARCHAR, 
	direction VARCHAR NOT NULL, 
	started_at DATETIME, 
	ring_seconds FLOAT, 
	hangup_by VARCHAR, 
	complaint BOOLEAN, 
	dissatisfied BOOLEAN, 
	nuisance BOOLEAN, 
	caller VARCHAR, 
	work_order VARCHAR, 
	channels_hint VARCHAR, 
	extra JSON NOT NULL, 
	status VARCHAR NOT NULL, 
	error TEXT, 
	transcript_key VARCHAR, 
	audio_sha256 VARCHAR(64), 
	engine VARCHAR, 
	ruleset_sha256 VARCHAR, 
	meta_sha256 VARCHAR NOT NULL, 
	qa_version VARCHAR, 
	scored_at VARCHAR, 
	run_id INTEGER, 
	updated_at DATETIME NOT NULL, 
	CONSTRAINT pk_call PRIMARY KEY (call_id), 
	CONSTRAINT fk_call_transcript_key_transcript FOREIGN KEY(transcript_key) REFERENCES transcript ("key"), 
	CONSTRAINT fk_call_run_id_run FOREIGN KEY(run_id) REFERENCES run (id)
);
INSERT INTO "call" VALUES('c1','c1.wav',NULL,'867',NULL,NULL,NULL,'heating','inbound','2026-03-11 01:15:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{}','scored',NULL,'1566e8c04155a814899ee60af943f0bb6502ed4bd58a0ca90babf856ac79f171','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','base','bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','m','0.1.0','2026-03-12T01:00:00+00:00',1,'2026-11-26 22:39:06.836046');
INSERT INTO "call" VALUES('broken','broken.wav',NULL,'867',NULL,NULL,NULL,'heating','inbound','2026-03-11 01:15:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{}','failed','the file is empty; export it again',NULL,NULL,NULL,NULL,'',NULL,NULL,1,'2026-11-26 22:39:06.870299');
CREATE TABLE evidence (
	call_id VARCHAR NOT NULL, 
	finding INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	role VARCHAR NOT NULL, 
	start_s FLOAT NOT NULL, 
	end_s FLOAT NOT NULL, 
	text TEXT NOT NULL, 
	probability FLOAT NOT NULL, 
	CONSTRAINT pk_evidence PRIMARY KEY (call_id, finding, position), 
	CONSTRAINT fk_evidence_call_id_call FOREIGN KEY(call_id) REFERENCES call (call_id) ON DELETE CASCADE
);
INSERT INTO "evidence" VALUES('c1',0,0,'agent',0.5,3.9,'您好',0.9);
CREATE TABLE finding (
	call_id VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	rule VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	clause VARCHAR NOT NULL, 
	verdict VARCHAR NOT NULL, 
	confidence FLOAT NOT NULL, 
	reason TEXT NOT NULL, 
	count INTEGER NOT NULL, 
	points FLOAT NOT NULL, 
	multiplier FLOAT NOT NULL, 
	right_wording TEXT NOT NULL, 
	covered_by VARCHAR, 
	CONSTRAINT pk_finding PRIMARY KEY (call_id, position), 
	CONSTRAINT fk_finding_call_id_call FOREIGN KEY(call_id) REFERENCES call (call_id) ON DELETE CASCADE
);
INSERT INTO "finding" VALUES('c1',0,'job-number','主动报工号','002 开头语','violated',0.97,'开头语没有报工号。',1,5.0,1.0,'八六七号为您服务',NULL);
CREATE TABLE run (
	id INTEGER NOT NULL, 
	command VARCHAR NOT NULL, 
	qa_version VARCHAR NOT NULL, 
	started_at DATETIME NOT NULL, 
	finished_at DATETIME, 
	total INTEGER NOT NULL, 
	CONSTRAINT pk_run PRIMARY KEY (id)
);
INSERT INTO "run" VALUES(1,'run','0.1.0','2026-11-26 22:39:06.807453','2026-11-26 22:39:06.872905',2);
CREATE TABLE run_item (
	run_id INTEGER NOT NULL, 
	call_id VARCHAR NOT NULL, 
	work VARCHAR NOT NULL, 
	status VARCHAR NOT NULL, 
	error TEXT, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_run_item PRIMARY KEY (run_id, call_id), 
	CONSTRAINT fk_run_item_run_id_run FOREIGN KEY(run_id) REFERENCES run (id) ON DELETE CASCADE
);
INSERT INTO "run_item" VALUES(1,'c1','transcribed','scored',NULL,'2026-11-26 22:39:06.846398');
INSERT INTO "run_item" VALUES(1,'broken','failed','failed','the file is empty; export it again','2026-11-26 22:39:06.871257');
CREATE TABLE schema_version (
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_schema_version PRIMARY KEY (id)
);
INSERT INTO "schema_version" VALUES(1,1);
CREATE TABLE scorecard (
	call_id VARCHAR NOT NULL, 
	score FLOAT NOT NULL, 
	fatal BOOLEAN NOT NULL, 
	grade VARCHAR NOT NULL, 
	needs_review BOOLEAN NOT NULL, 
	answers JSON NOT NULL, 
	metrics JSON NOT NULL, 
	CONSTRAINT pk_scorecard PRIMARY KEY (call_id), 
	CONSTRAINT fk_scorecard_call_id_call FOREIGN KEY(call_id) REFERENCES call (call_id) ON DELETE CASCADE
);
INSERT INTO "scorecard" VALUES('c1',95.0,0,'A',0,'{}','{"silence_s": 1.0, "agent_chars_per_min": null}');
CREATE TABLE speech_span (
	transcript_key VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	role VARCHAR NOT NULL, 
	start_s FLOAT NOT NULL, 
	end_s FLOAT NOT NULL, 
	CONSTRAINT pk_speech_span PRIMARY KEY (transcript_key, position), 
	CONSTRAINT fk_speech_span_transcript_key_transcript FOREIGN KEY(transcript_key) REFERENCES transcript ("key") ON DELETE CASCADE
);
INSERT INTO "speech_span" VALUES('1566e8c04155a814899ee60af943f0bb6502ed4bd58a0ca90babf856ac79f171',0,'agent',0.5,5.5);
INSERT INTO "speech_span" VALUES('1566e8c04155a814899ee60af943f0bb6502ed4bd58a0ca90babf856ac79f171',1,'customer',6.0,8.0);
CREATE TABLE transcript (
	"key" VARCHAR(64) NOT NULL, 
	source VARCHAR(64) NOT NULL, 
	audio_sha256 VARCHAR(64), 
	engine VARCHAR NOT NULL, 
	channels VARCHAR NOT NULL, 
	duration_s FLOAT NOT NULL, 
	speech_measured BOOLEAN NOT NULL, 
	notes JSON NOT NULL, 
	peaks BLOB, 
	peaks_channels INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_transcript PRIMARY KEY ("key")
);
INSERT INTO "transcript" VALUES('1566e8c04155a814899ee60af943f0bb6502ed4bd58a0ca90babf856ac79f171','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','base','agent-left',9.0,1,'[]',X'0033FF669900',2,'2026-11-26 22:39:06.829170');
CREATE TABLE turn (
	transcript_key VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	role VARCHAR NOT NULL, 
	start_s FLOAT NOT NULL, 
	end_s FLOAT NOT NULL, 
	text TEXT NOT NULL, 
	confidence FLOAT NOT NULL, 
	role_confidence FLOAT NOT NULL, 
	words JSON NOT NULL, 
	CONSTRAINT pk_turn PRIMARY KEY (transcript_key, position), 
	CONSTRAINT fk_turn_transcript_key_transcript FOREIGN KEY(transcript_key) REFERENCES transcript ("key") ON DELETE CASCADE
);
INSERT INTO "turn" VALUES('1566e8c04155a814899ee60af943f0bb6502ed4bd58a0ca90babf856ac79f171',0,'agent',0.5,5.5,'您好,大龙供暖报修八六七号为您服务,请问您有什么问题?',0.9,1.0,'[[0.5, 0.6851851851851851, "\u60a8", 0.9], [0.6851851851851851, 0.8703703703703703, "\u597d", 0.9], [0.8703703703703703, 1.0555555555555556, ",", 0.9], [1.0555555555555556, 1.2407407407407407, "\u5927", 0.9], [1.2407407407407407, 1.4259259259259258, "\u9f99", 0.9], [1.4259259259259258, 1.6111111111111112, "\u4f9b", 0.9], [1.6111111111111112, 1.7962962962962963, "\u6696", 0.9], [1.7962962962962963, 1.9814814814814814, "\u62a5", 0.9], [1.9814814814814814, 2.1666666666666665, "\u4fee", 0.9], [2.1666666666666665, 2.3518518518518516, "\u516b", 0.9], [2.3518518518518516, 2.5370370370370368, "\u516d", 0.9], [2.5370370370370368, 2.7222222222222223, "\u4e03", 0.9], [2.7222222222222223, 2.9074074074074074, "\u53f7", 0.9], [2.9074074074074074, 3.0925925925925926, "\u4e3a", 0.9], [3.0925925925925926, 3.2777777777777777, "\u60a8", 0.9], [3.2777777777777777, 3.462962962962963, "\u670d", 0.9], [3.462962962962963, 3.648148148148148, "\u52a1", 0.9], [3.648148148148148, 3.833333333333333, ",", 0.9], [3.833333333333333, 4.018518518518518, "\u8bf7", 0.9], [4.018518518518518, 4.203703703703703, "\u95ee", 0.9], [4.203703703703703, 4.388888888888889, "\u60a8", 0.9], [4.388888888888889, 4.5740740740740735, "\u6709", 0.9], [4.5740740740740735, 4.759259259259259, "\u4ec0", 0.9], [4.759259259259259, 4.944444444444445, "\u4e48", 0.9], [4.944444444444445, 5.12962962962963, "\u95ee", 0.9], [5.12962962962963, 5.314814814814815, "\u9898", 0.9], [5.314814814814815, 5.5, "?", 0.9]]');
INSERT INTO "turn" VALUES('1566e8c04155a814899ee60af943f0bb6502ed4bd58a0ca90babf856ac79f171',1,'customer',6.0,8.0,'我家的暖气不热',0.9,1.0,'[[6.0, 6.285714285714286, "\u6211", 0.9], [6.285714285714286, 6.571428571428571, "\u5bb6", 0.9], [6.571428571428571, 6.857142857142857, "\u7684", 0.9], [6.857142857142857, 7.142857142857142, "\u6696", 0.9], [7.142857142857142, 7.428571428571429, "\u6c14", 0.9], [7.428571428571429, 7.714285714285714, "\u4e0d", 0.9], [7.714285714285714, 8.0, "\u70ed", 0.9]]');
CREATE INDEX ix_transcript_audio_sha256 ON transcript (audio_sha256);
CREATE INDEX ix_call_audio_sha256 ON call (audio_sha256);
CREATE INDEX ix_call_agent_id ON call (agent_id);
CREATE INDEX ix_call_status ON call (status);
CREATE INDEX ix_call_transcript_key ON call (transcript_key);
CREATE INDEX ix_call_team ON call (team);
CREATE INDEX ix_call_ruleset ON call (ruleset);
CREATE INDEX ix_call_run_id ON call (run_id);
CREATE INDEX ix_call_started_at ON call (started_at);
CREATE INDEX ix_scorecard_needs_review ON scorecard (needs_review);
CREATE INDEX ix_scorecard_score ON scorecard (score);
CREATE INDEX ix_scorecard_grade ON scorecard (grade);
CREATE INDEX ix_finding_rule ON finding (rule);
COMMIT;
