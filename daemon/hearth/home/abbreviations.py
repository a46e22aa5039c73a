"""Short keys of a discovery payload in, their full names out.

Home Assistant's short keys are regular: a stem (``bri``) and an ending (``_stat_t``). They are
kept here as stems and endings; the irregular ones follow by name. Keys of the device block and of
the origin block have meanings of their own (``sw`` is known in both, ``url`` only in one).
Source: Home Assistant's documentation of MQTT discovery, "supported abbreviations". No library on
PyPI holds this table: those for discovery (``ha-mqtt-discoverable``) only publish, in full names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

_ENDINGS = {
    "t": "topic",
    "tpl": "template",
    "cmd_t": "command_topic",
    "cmd_tpl": "command_template",
    "stat_t": "state_topic",
    "stat_tpl": "state_template",
    "val_tpl": "value_template",
}

_STEMS = """
act:action avty:availability b:blue bri:brightness clr_temp:color_temp clrm:color_mode
curr_hum:current_humidity curr_temp:current_temperature dir:direction fan_mode:fan_mode fx:effect
g:green hs:hs hum:target_humidity img:image json_attr:json_attributes l_ver:latest_version
lrst:last_reset mode:mode osc:oscillation pct:percentage pos:position pow:power
pr_mode:preset_mode r:red rgb:rgb rgbw:rgbw rgbww:rgbww set_pos:set_position
swing_h_mode:swing_horizontal_mode swing_mode:swing_mode temp:temperature
temp_hi:temperature_high temp_lo:temperature_low tilt:tilt tilt_status:tilt_status url:url
whit:white xy:xy
"""

_PAYLOADS = """
arm_away:arm_away arm_custom_b:arm_custom_bypass arm_home:arm_home arm_nite:arm_night
arm_vacation:arm_vacation avail:available cln_sp:clean_spot cls:close dir_fwd:direction_forward
dir_rev:direction_reverse disarm:disarm home:home inst:install loc:locate lock:lock
not_avail:not_available not_home:not_home off:off on:on open:open osc_off:oscillation_off
osc_on:oscillation_on paus:pause prs:press ret:return_to_base rst:reset rst_hum:reset_humidity
rst_mode:reset_mode rst_pct:reset_percentage rst_pr_mode:reset_preset_mode stop:stop
stop_tilt:stop_tilt strt:start stpa:start_pause toff:turn_off ton:turn_on trig:trigger unlk:unlock
"""

_STATES = """
closing:closing clsd:closed jam:jammed locked:locked locking:locking off:off on:on open:open
opening:opening stopped:stopped unlocked:unlocked unlocking:unlocking
"""

_IRREGULAR = """
act_stat_t:activity_state_topic act_val_tpl:activity_value_template atype:automation_type
av_tones:available_tones avty:availability avty_mode:availability_mode bri_scl:brightness_scale
clr_temp_k:color_temp_kelvin clrm:color_mode cmd_off_tpl:command_off_template
cmd_on_tpl:command_on_template cmd_t:command_topic cmd_tpl:command_template cmps:components
cod_arm_req:code_arm_required cod_dis_req:code_disarm_required cod_form:code_format
cod_trig_req:code_trigger_required cont_type:content_type def_ent_id:default_entity_id dev:device
dev_cla:device_class dock_cmd_t:dock_command_topic dock_cmd_tpl:dock_command_template
dsp_prc:display_precision e:encoding en:enabled_by_default ent_cat:entity_category
ent_pic:entity_picture evt_typ:event_types exp_aft:expire_after fanspd_lst:fan_speed_list
flsh:flash flsh_tlng:flash_time_long flsh_tsht:flash_time_short frc_upd:force_update
fx_list:effect_list grp:group hum_state_tpl:target_humidity_state_template ic:icon
img_e:image_encoding init:initial json_attr:json_attributes max_hum:max_humidity max_k:max_kelvin
max_mirs:max_mireds migr_discvry:migrate_discovery min_hum:min_humidity min_k:min_kelvin
min_mirs:min_mireds o:origin obj_id:object_id off_dly:off_delay on_cmd_type:on_command_type
ops:options opt:optimistic p:platform pause_cmd_t:pause_command_topic
pause_mw_cmd_tpl:pause_command_template pl:payload pos:reports_position pos_clsd:position_closed
pos_open:position_open pr_modes:preset_modes ptrn:pattern rel_s:release_summary rel_u:release_url
ret:retain send_cmd_t:send_command_topic set_fan_spd_t:set_fan_speed_topic
spd_rng_max:speed_range_max spd_rng_min:speed_range_min src_type:source_type stat_cla:state_class
stat_t:state_topic stat_tpl:state_template stat_val_tpl:state_value_template
strt_mw_cmd_t:start_mowing_command_topic strt_mw_cmd_tpl:start_mowing_command_template
stype:subtype sug_dsp_prc:suggested_display_precision sup_clrm:supported_color_modes
sup_dur:support_duration sup_feat:supported_features sup_vol:support_volume_set
swing_h_modes:swing_horizontal_modes t:topic temp_unit:temperature_unit
tilt_clsd_val:tilt_closed_value tilt_opnd_val:tilt_opened_value tilt_opt:tilt_optimistic tit:title
trns:transition uniq_id:unique_id unit_of_meas:unit_of_measurement val_tpl:value_template
whit_scl:white_scale
"""

_DEVICE = """
cns:connections cu:configuration_url hw:hw_version ids:identifiers mdl:model mdl_id:model_id
mf:manufacturer sa:suggested_area sn:serial_number sw:sw_version
"""

_ORIGIN = "sw:sw_version url:support_url"


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for item in text.split():
        short, _, full = item.partition(":")
        yield short, full


def _entity_keys() -> dict[str, str]:
    keys = {
        f"{stem}_{end}": f"{full}_{ending}"
        for stem, full in _pairs(_STEMS)
        for end, ending in _ENDINGS.items()
    }
    keys |= {f"pl_{short}": f"payload_{full}" for short, full in _pairs(_PAYLOADS)}
    keys |= {f"stat_{short}": f"state_{full}" for short, full in _pairs(_STATES)}
    return keys | dict(_pairs(_IRREGULAR))


ENTITY: Mapping[str, str] = MappingProxyType(_entity_keys())
"""Short keys of an entity's configuration and of the root of a device payload."""

DEVICE: Mapping[str, str] = MappingProxyType(dict(_pairs(_DEVICE)))
"""Short keys inside ``device``."""

ORIGIN: Mapping[str, str] = MappingProxyType(dict(_pairs(_ORIGIN)))
"""Short keys inside ``origin``."""


def expand(config: Mapping[str, Any], scope: Mapping[str, str]) -> dict[str, Any]:
    """Return ``config`` with full names; where both forms are given, the short one wins."""
    short = {scope[key]: value for key, value in config.items() if key in scope}
    return {key: value for key, value in config.items() if key not in scope} | short
